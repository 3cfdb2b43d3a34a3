import { expect, test } from 'vitest';
import { createTestBatch } from '../../tests/support/corpus.ts';
import { Bytes } from '../wire/bytes.ts';
import { type ErrorTag, SpanTags } from './span-tags.ts';
import { LETTER } from './value-text.ts';

type Tag = readonly [key: string, value: string | boolean];

/** What a span's tags leave in the writer, and which of them are left to be attributes. */
function read(errorTag: ErrorTag, tags: readonly Tag[]) {
  const { writer, memory } = createTestBatch();
  writer.openRequest(memory, 0);
  const reader = new SpanTags(writer, errorTag);
  const scratch = new Bytes();
  const scopes: string[] = [];
  writer.origin.closeScope = (name, version) => void scopes.push(`${name} ${version}`);
  writer.openSpan(scratch.data);
  reader.openSpan();
  const left = tags.filter(([key, value]) => {
    const keyBytes = Buffer.from(key);
    const bytes = Buffer.from(String(value));
    const letter = typeof value === 'boolean' ? LETTER.bool : LETTER.string;
    return !reader.take(keyBytes, 0, keyBytes.length, letter, bytes, 0, bytes.length);
  });
  reader.closeSpan((text) => {
    const from = scratch.length;
    scratch.copy(text.data, 0, text.length);
    return [from, scratch.length];
  });
  const textOf = (from: number, to: number): string => scratch.data.toString('utf8', from, to);
  return {
    left: left.map(([key]) => key),
    kind: writer.kind,
    status: writer.status,
    message: textOf(writer.messageFrom, writer.messageTo),
    state: textOf(writer.stateFrom, writer.stateTo),
    scopes,
  };
}

const NOTHING = { left: [], kind: 0, status: 0, message: '', state: '', scopes: [' '] };

test.each<[string, ErrorTag, Tag[], Partial<ReturnType<typeof read>>]>([
  ['a kind', 'flag', [['span.kind', 'server']], { kind: 2 }],
  ['a kind in capitals', 'flag', [['span.kind', 'CLIENT']], { kind: 3 }],
  ['no kind that is one', 'flag', [['span.kind', 'broker']], { left: ['span.kind'] }],
  ['a kind that is no text', 'flag', [['span.kind', true]], { left: ['span.kind'] }],
  ['an error', 'flag', [['error', true]], { status: 2 }],
  ['an error as text', 'flag', [['error', 'true']], { status: 2 }],
  ['no error', 'flag', [['error', false]], { left: ['error'] }],
  ['an error that is a text', 'flag', [['error', 'timeout']], { left: ['error'] }],
  ['an error that is a message', 'message', [['error', 'timeout']], { status: 2, message: 'timeout' }],
  ['a message that says false', 'message', [['error', 'false']], { left: ['error'] }],
  ['a code', 'flag', [['otel.status_code', 'OK']], { status: 1 }],
  ['a code by its name in OTLP', 'message', [['otel.status_code', 'STATUS_CODE_OK']], { status: 1 }],
  ['a code that is unset', 'flag', [['otel.status_code', 'UNSET']], {}],
  ['no code that is one', 'flag', [['otel.status_code', 'bad']], { left: ['otel.status_code'] }],
  [
    'a description before the message of an error',
    'message',
    [
      ['error', 'short'],
      ['otel.status_description', 'long'],
    ],
    { status: 2, message: 'long' },
  ],
  [
    'an error beside a code that says OK',
    'flag',
    [
      ['error', true],
      ['otel.status_code', 'OK'],
    ],
    { status: 2 },
  ],
  [
    'a scope',
    'flag',
    [
      ['otel.scope.name', 'lib'],
      ['otel.library.version', '1'],
    ],
    { scopes: ['lib 1'] },
  ],
  ['a trace state', 'flag', [['w3c.tracestate', 'a=b']], { state: 'a=b' }],
  [
    'others',
    'flag',
    [
      ['spanner', 'x'],
      ['erro', 'x'],
      ['', 'x'],
    ],
    { left: ['spanner', 'erro', ''] },
  ],
])('%s', (_, errorTag, tags, want) => {
  expect(read(errorTag, tags)).toEqual({ ...NOTHING, ...want });
});

test('counts of what was dropped, unless they are none', () => {
  const { writer, memory } = createTestBatch();
  writer.openRequest(memory, 0);
  const reader = new SpanTags(writer, 'flag');
  const take = (key: string, text: string): boolean => {
    const value = Buffer.from(text);
    return reader.take(Buffer.from(key), 0, key.length, LETTER.string, value, 0, value.length);
  };
  expect(take('otel.dropped_attributes_count', '3')).toBe(true);
  expect(take('otel.dropped_events_count', '4294967295')).toBe(true);
  expect(take('otel.dropped_links_count', '4294967296')).toBe(false);
  expect(take('otel.dropped_links_count', '-1')).toBe(false);
  expect([writer.droppedAttributes, writer.droppedEvents, writer.droppedLinks]).toEqual([3, 4294967295, 0]);
});
