import { describe, expect, test } from 'vitest';
import { type Receipt, ReceiptDraft } from './receipt.ts';

describe('a receipt', () => {
  const table: [string, (draft: ReceiptDraft) => void, Partial<Receipt>][] = [
    ['of nothing', () => undefined, { accepted: 0, rejected: 0, clamped: 0, reasons: {}, message: '' }],
    ['of what was kept', (draft) => (draft.accepted = 3), { accepted: 3, rejected: 0, message: '' }],
    [
      'of a warning',
      (draft) => {
        draft.accepted = 3;
        draft.clamped = 2;
      },
      { accepted: 3, clamped: 2, message: '2 ended before they started and were kept with a duration of 0' },
    ],
    [
      'of refusals: the first in full, the rest as counts',
      (draft) => {
        draft.accepted = 5;
        draft.refuse('too-old', () => 'span 1 is older than a day');
        draft.refuse('trace-id', () => 'never told');
        draft.refuse('too-old', () => 'never told');
      },
      {
        accepted: 5,
        rejected: 3,
        reasons: { 'too-old': 2, 'trace-id': 1 },
        message: '3 of 8 spans refused (too-old: 2, trace-id: 1); first: span 1 is older than a day',
      },
    ],
    [
      'of what came apart, too',
      (draft) => {
        draft.accepted = 1;
        draft.fragments = 2;
        draft.refuse('too-old', () => 'span 1 is older than a day');
        draft.refuseFragment('trace-id', () => 'never told');
      },
      {
        accepted: 1,
        fragments: 2,
        rejected: 2,
        message:
          '2 of 5 spans, events and links apart refused (too-old: 1, trace-id: 1); first: span 1 is older than a day',
      },
    ],
    [
      'of lines that are no spans',
      (draft) => {
        draft.accepted = 1;
        draft.refuseLine('not-a-span', () => 'line 2 is of another measurement');
        draft.refuseLine('line-unreadable', () => 'never told');
        draft.logRecords = 4;
      },
      {
        accepted: 1,
        rejected: 2,
        reasons: { 'not-a-span': 1, 'line-unreadable': 1 },
        message:
          '2 of 3 spans and other lines refused (not-a-span: 1, line-unreadable: 1); first: line 2 is of another measurement; 4 log records were passed over',
      },
    ],
    [
      'of both',
      (draft) => {
        draft.clamped = 1;
        draft.refuse('span-id', () => 'no');
      },
      {
        message:
          '1 of 1 spans refused (span-id: 1); first: no; 1 ended before they started and were kept with a duration of 0',
      },
    ],
  ];
  test.each(table)('%s', (_, fill, want) => {
    const draft = new ReceiptDraft();
    fill(draft);
    expect(draft.close()).toMatchObject(want);
  });

  test('words for refusals that nobody will read are not made', () => {
    const draft = new ReceiptDraft();
    draft.refuse('span-id', () => 'first');
    draft.refuse('span-id', () => {
      throw new Error('described');
    });
    expect(draft.close().rejected).toBe(2);
  });
});
