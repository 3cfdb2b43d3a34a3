import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../../span/span.ts';
import { encodeChunks } from './encode-model.ts';
import { encodeTraces } from './encode-otlp.ts';
import { definitionOf } from './interface/interfaces.ts';
import { SAMPLE } from './sample.fixture.ts';

const V2 = definitionOf('jaeger.api_v2.QueryService')['GetTrace']!;
const V3 = definitionOf('jaeger.api_v3.QueryService')['GetTrace']!;

interface TracesData {
  resource_spans: { scope_spans: { spans: { name: string }[] }[] }[];
}

function madeElsewhere(file: string): Buffer {
  return readFileSync(join(import.meta.dirname, 'testdata', file));
}

async function all(messages: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const list: Buffer[] = [];
  for await (const message of messages) list.push(message);
  return list;
}

const [full, bare] = SAMPLE as [Span, Span];
const copies = (count: number, change: Partial<Span> = {}): readonly Span[] =>
  Array.from({ length: count }, (_, index) => ({ ...bare, name: `span ${index}`, ...change }));
const warned = (spans: readonly Span[]) => spans.map((span) => ({ span, warnings: [] }));

describe('TracesData', () => {
  test('says what another implementation says', async () => {
    const [message] = await all(encodeTraces([SAMPLE]));
    const want = madeElsewhere('traces-data.pb');
    expect(V3.responseDeserialize(message!)).toEqual(V3.responseDeserialize(want));
    expect(message!.length).toBe(want.length);
  });

  test('is never empty', async () => {
    expect(await all(encodeTraces([]))).toEqual([]);
    expect(await all(encodeTraces([[], []]))).toEqual([]);
    expect(await all(encodeTraces([[], SAMPLE, []]))).toHaveLength(1);
  });

  test('holds 500 spans, and all of them in order', async () => {
    const chunks = [copies(700), copies(301)];
    const messages = (await all(encodeTraces(chunks))).map(
      (one) => V3.responseDeserialize(one) as TracesData,
    );
    const names = messages.map(({ resource_spans: [only] }) =>
      only!.scope_spans[0]!.spans.map(({ name }) => name),
    );
    expect(names.map((some) => some.length)).toEqual([500, 500, 1]);
    expect(names.flat()).toEqual(chunks.flat().map(({ name }) => name));
  });

  test('holds fewer that are large: clients refuse messages over 4 MiB', async () => {
    const messages = await all(encodeTraces([copies(5, { statusMessage: 'x'.repeat(600_000) })]));
    expect(messages.map((one) => Math.round(one.length / 600_000))).toEqual([2, 2, 1]);
  });

  test('puts spans of one resource and scope together', async () => {
    const other = { ...full, resource: { ...full.resource } };
    const [message] = await all(encodeTraces([[full, other, full, { ...full, scope: { ...full.scope } }]]));
    const { resource_spans: resources } = V3.responseDeserialize(message!) as TracesData;
    expect(resources.map(({ scope_spans: scopes }) => scopes.map(({ spans }) => spans.length))).toEqual([
      [2, 1],
      [1],
    ]);
  });
});

describe('SpansResponseChunk', () => {
  test('says what another implementation says', async () => {
    const [message] = await all(
      encodeChunks([[{ span: full, warnings: ['first', 'second'] }, ...warned([bare])]]),
    );
    const want = madeElsewhere('spans-response-chunk.pb');
    expect(V2.responseDeserialize(message!)).toEqual(V2.responseDeserialize(want));
  });

  test('holds ten spans, and is never empty', async () => {
    const messages = await all(encodeChunks([[], warned(copies(12)), warned(copies(13))]));
    const counts = messages.map((one) => (V2.responseDeserialize(one) as { spans: object[] }).spans.length);
    expect(counts).toEqual([10, 10, 5]);
    expect(await all(encodeChunks([[]]))).toEqual([]);
  });

  test('holds fewer that are large', async () => {
    const messages = await all(encodeChunks([warned(copies(5, { statusMessage: 'x'.repeat(600_000) }))]));
    expect(messages.map((one) => Math.round(one.length / 600_000))).toEqual([2, 2, 1]);
  });

  test('a time before 1970 counts its nanoseconds forwards', async () => {
    const [message] = await all(encodeChunks([warned([{ ...bare, startNanos: -1n }])]));
    const { spans } = V2.responseDeserialize(message!) as { spans: { start_time: object }[] };
    expect(spans[0]!.start_time).toEqual({ seconds: '-1', nanos: 999_999_999 });
  });
});
