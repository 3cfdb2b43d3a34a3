import { expect, test } from 'vitest';
import type { Attribute } from '../../../span/attribute.ts';
import {
  CORPUS_START_NANOS,
  corpusSpan,
  eventOf,
  list,
  originOf,
  spanIdOf,
  text,
} from '../corpus.fixture.ts';
import { rawTrace } from './adjust-trace.ts';
import { correctSkew } from './clock-skew.ts';
import { hostKey } from './host-key.ts';

interface Row {
  readonly id: number;
  readonly parent?: number;
  readonly ms: number;
  readonly durationMs: number;
  readonly host?: string;
  readonly eventMs?: readonly number[];
}

interface Outcome {
  readonly ms: number;
  readonly warnings?: readonly string[];
  readonly eventMs?: readonly number[];
}

const millis = (ms: number): bigint => BigInt(ms) * 1_000_000n;

const spanOf = ({ id, parent, ms, durationMs, host, eventMs }: Row) =>
  corpusSpan({
    trace: 1,
    id,
    ...(parent === undefined ? {} : { parent }),
    atNanos: millis(ms),
    durationNanos: millis(durationMs),
    resource: originOf(host === undefined ? [] : [text('host.name', host)]),
    events: (eventMs ?? []).map((at) => eventOf(millis(at), 'e')),
  });

const inMillis = (nanos: bigint): number => Number(nanos - CORPUS_START_NANOS) / 1e6;

const ROOT: Row = { id: 1, ms: 10, durationMs: 100, host: 'a' };
const DUPLICATE = 'duplicate span IDs; skipping clock skew adjustment';
const adjustedBy = (delta: string): string => `This span's timestamps were adjusted by ${delta}`;
const disabled = (delta: string): string => `clock skew adjustment disabled; not applying calculated delta of ${delta}`; // prettier-ignore
const exceeded = (delta: string): string => `max clock skew adjustment delta of 10ms exceeded; not applying calculated delta of ${delta}`; // prettier-ignore

// prettier-ignore
test.each<[string, number, readonly Row[], readonly Outcome[]]>([
  ['no parent in the trace', 0,
    [{ id: 1, parent: 0x63, ms: 0, durationMs: 100, host: 'a' }],
    [{ ms: 0, warnings: ['parent span ID=0000000000000063 is not in the trace; skipping clock skew adjustment'] }]],
  ['a root without host', 0, [{ id: 1, ms: 0, durationMs: 100 }], [{ ms: 0 }]],
  ['an id twice', 0, [ROOT, ROOT, ROOT], [{ ms: 10 }, { ms: 10, warnings: [DUPLICATE] }, { ms: 10, warnings: [DUPLICATE] }]],
  ['within the parent, same host', 1_000, [ROOT, { id: 2, parent: 1, ms: 20, durationMs: 50, host: 'a' }], [{ ms: 10 }, { ms: 20 }]],
  ['before the parent, same host', 1_000, [ROOT, { id: 2, parent: 1, ms: 0, durationMs: 50, host: 'a' }], [{ ms: 10 }, { ms: 0 }]],
  ['within the parent, other host', 1_000, [ROOT, { id: 2, parent: 1, ms: 20, durationMs: 50, host: 'b' }], [{ ms: 10 }, { ms: 20 }]],
  ['exactly as the parent', 1_000, [ROOT, { id: 2, parent: 1, ms: 10, durationMs: 100, host: 'b' }], [{ ms: 10 }, { ms: 10 }]],
  ['longer than the parent', 1_000, [ROOT, { id: 2, parent: 1, ms: 20, durationMs: 150, host: 'b' }], [{ ms: 10 }, { ms: 20 }]],
  ['longer than the parent, and before it', 1_000, [ROOT, { id: 2, parent: 1, ms: 0, durationMs: 150, host: 'b' }], [{ ms: 10 }, { ms: 10, warnings: [adjustedBy('10ms')] }]],
  ['too far ahead', 10, [ROOT, { id: 2, parent: 1, ms: 0, durationMs: 50, host: 'b' }], [{ ms: 10 }, { ms: 0, warnings: [exceeded('35ms')] }]],
  ['too far behind', 10, [ROOT, { id: 2, parent: 1, ms: 80, durationMs: 50, host: 'b' }], [{ ms: 10 }, { ms: 80, warnings: [exceeded('-45ms')] }]],
  ['just not too far', 35, [ROOT, { id: 2, parent: 1, ms: 0, durationMs: 50, host: 'b' }], [{ ms: 10 }, { ms: 35, warnings: [adjustedBy('35ms')] }]],
  ['disabled', 0, [ROOT, { id: 2, parent: 1, ms: 0, durationMs: 50, host: 'b' }], [{ ms: 10 }, { ms: 0, warnings: [disabled('35ms')] }]],
  ['before the parent, with events', 1_000,
    [ROOT, { id: 2, parent: 1, ms: 0, durationMs: 50, host: 'b', eventMs: [5, 10] }],
    [{ ms: 10 }, { ms: 35, eventMs: [40, 45], warnings: [adjustedBy('35ms')] }]],
  ['behind the parent, with a child on the same host', 1_000,
    [ROOT, { id: 2, parent: 1, ms: 50, durationMs: 70, host: 'b' }, { id: 3, parent: 2, ms: 60, durationMs: 20, host: 'b', eventMs: [65, 70] }],
    [{ ms: 10 }, { ms: 25, warnings: [adjustedBy('-25ms')] }, { ms: 35, eventMs: [40, 45], warnings: [adjustedBy('-25ms')] }]],
  ['siblings, whatever their order', 1_000,
    [{ id: 3, parent: 2, ms: 0, durationMs: 10, host: 'c' }, { id: 4, parent: 2, ms: 5, durationMs: 10, host: 'b' }, { id: 2, parent: 1, ms: 0, durationMs: 50, host: 'b' }, ROOT],
    [{ ms: 55, warnings: [adjustedBy('55ms')] }, { ms: 40, warnings: [adjustedBy('35ms')] }, { ms: 35, warnings: [adjustedBy('35ms')] }, { ms: 10 }]],
  ['hosts that nobody names are compared', 1_000,
    [{ id: 1, ms: 10, durationMs: 100 }, { id: 2, parent: 1, ms: 0, durationMs: 50 }],
    [{ ms: 10 }, { ms: 35, warnings: [adjustedBy('35ms')] }]],
  ['what was not moved is what its children are compared with', 10,
    [ROOT, { id: 2, parent: 1, ms: 0, durationMs: 50, host: 'b' }, { id: 3, parent: 2, ms: 1, durationMs: 1, host: 'b' }, { id: 4, parent: 2, ms: 1, durationMs: 1, host: 'c' }],
    [{ ms: 10 }, { ms: 0, warnings: [exceeded('35ms')] }, { ms: 1, warnings: [exceeded('35ms')] }, { ms: 1 }]],
  ['circles stay', 1_000,
    [{ id: 1, parent: 1, ms: 0, durationMs: 1, host: 'a' }, { id: 2, parent: 3, ms: 0, durationMs: 1, host: 'a' }, { id: 3, parent: 2, ms: 9, durationMs: 1, host: 'b' }, { id: 4, parent: 3, ms: 0, durationMs: 1, host: 'c' }],
    [{ ms: 0 }, { ms: 0 }, { ms: 9 }, { ms: 0 }]],
])('%s', (_, maxSkewAdjustMs, rows, want) => {
  const adjusted = correctSkew(rawTrace(rows.map(spanOf)), maxSkewAdjustMs);
  const outcomes = adjusted.map(({ span, warnings }) => ({
    ms: inMillis(span.startNanos),
    warnings,
    eventMs: span.events.map(({ timeNanos }) => inMillis(timeNanos)),
  }));
  expect(outcomes).toEqual(want.map((outcome) => ({ warnings: [], eventMs: [], ...outcome })));
  expect(adjusted.map(({ span }) => span.durationNanos)).toEqual(rows.map(({ durationMs }) => millis(durationMs)));
});

test('halves are rounded down and an event without a time stays in our era', () => {
  const root = corpusSpan({ trace: 1, id: 1, durationNanos: 10n, resource: originOf([]) });
  const child = corpusSpan({ trace: 1, id: 2, parent: 1, atNanos: 20n, durationNanos: 5n });
  const events = [{ ...eventOf(0n, 'e'), timeNanos: 0n }];
  const [, adjusted] = correctSkew(rawTrace([root, { ...child, events }]), 1_000);
  expect(adjusted?.warnings).toEqual([adjustedBy('-18ns')]);
  expect(adjusted?.span.startNanos).toBe(root.startNanos + 2n);
  expect(adjusted?.span.events[0]?.timeNanos).toBe(0n);
});

test('a chain of 100,000 spans is walked to its end', () => {
  const spans = Array.from(
    { length: 100_000 },
    (_, at) =>
    spanOf({ ...ROOT, id: at + 1, ...(at === 0 ? {} : { parent: at }), ...(at === 99_999 ? { ms: 0, durationMs: 50, host: 'b' } : {}) }), // prettier-ignore
  ).reverse();
  const adjusted = correctSkew(rawTrace(spans), 1_000);
  expect(adjusted[0]?.span.spanId).toBe(spanIdOf(100_000));
  expect(adjusted[0]?.warnings).toEqual([adjustedBy('35ms')]);
  expect(adjusted.slice(1).every(({ warnings }) => warnings.length === 0)).toBe(true);
});

test.each<[string, readonly Attribute[], string]>([
  ['id', [text('host.name', 'n'), text('host.ip', '1.1.1.1'), text('host.id', 'i')], 'i'],
  ['empty id', [text('host.name', 'n'), text('host.id', '')], ''],
  ['address', [text('host.name', 'n'), text('host.ip', '1.1.1.1')], '1.1.1.1'],
  [
    'first of the addresses',
    [list('host.ip', text('', '1.1.1.1').value, text('', '2.2.2.2').value)],
    '1.1.1.1',
  ],
  ['no address', [text('host.name', 'n'), list('host.ip')], 'n'],
  ['name', [text('host.name', 'n')], 'n'],
  ['none', [text('service.name', 's')], ''],
])('host key: %s', (_, attributes, want) => {
  expect(hostKey(originOf(attributes))).toBe(want);
});
