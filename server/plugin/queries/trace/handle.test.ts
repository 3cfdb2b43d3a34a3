import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../instance/upstream.ts';
import { ask, cannedUpstream, refused, valuesOf } from '../canned-upstream.fixture.ts';
import { expectGoldenFrames } from '../golden.fixture.ts';

/** Answers of the server, for each trace of its corpus, in OTLP and in the JSON of Jaeger's first generation. */
const TESTDATA = join(import.meta.dirname, 'testdata');
const ID = 'a0000000000000000000000000000001';

const canned = (name: string): unknown => JSON.parse(readFileSync(join(TESTDATA, name), 'utf8'));
const named = (ending: string): readonly string[] =>
  readdirSync(TESTDATA).flatMap((name) => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : []));

test.each([
  ['spanhouse', `GET /api/v1/traces/${ID}`, { resourceSpans: [null] }],
  ['spanhouse', `GET /api/v1/traces/${ID}`, { resourceSpans: [{ scopeSpans: [{ spans: [{ startTimeUnixNano: 'x' }] }] }] }],
  ['jaeger-first', `GET /api/traces/${ID}`, { data: [{ spans: [{ startTime: 1.5 }] }] }],
] as const)('an answer that cannot be read is not our mistake: %s %s %j', async (kind, line, answer) => {
  await expect(ask({ query: ID }, cannedUpstream(kind, { [line]: answer }))).rejects.toMatchObject({
    kind: 'failed',
    message: `the server's answer to ${line.slice(4)} cannot be read: it has another shape`,
  });
}); // prettier-ignore

describe('the trace and its graph', () => {
  test.each(named('.otlp.json'))('%s, of the server itself', async (name) => {
    const upstream = cannedUpstream('spanhouse', {
      [`GET /api/v1/traces/${ID}`]: canned(`${name}.otlp.json`),
    });
    expectGoldenFrames(join(TESTDATA, `${name}.otlp.frames.json`), await ask({ query: ID }, upstream));
  });

  test.each(named('.jaeger.json'))("%s, of Jaeger's first generation", async (name) => {
    const upstream = cannedUpstream('jaeger-first', {
      [`GET /api/traces/${ID}`]: canned(`${name}.jaeger.json`),
    });
    expectGoldenFrames(join(TESTDATA, `${name}.jaeger.frames.json`), await ask({ query: ID }, upstream));
  });

  test.each(named('.otlp.json'))("%s, of Jaeger's second generation, is the same", async (name) => {
    const answer = canned(`${name}.otlp.json`);
    const second = cannedUpstream('jaeger-second', { [`GET /api/v3/traces/${ID}`]: { result: answer } });
    const own = cannedUpstream('spanhouse', { [`GET /api/v1/traces/${ID}`]: answer });
    const [trace, ...graph] = await ask({ query: ID }, second);
    const [ownTrace, ...ownGraph] = await ask({ query: ID }, own);
    expect(graph).toEqual(ownGraph);
    expect(valuesOf(trace!)).toEqual(valuesOf(ownTrace!));
  });
});

/** Spans in a chain of so many, each a tenth of a microsecond. */
function chain(count: number): unknown {
  const spans = Array.from({ length: count }, (_, at) => ({
    traceId: ID,
    spanId: String(at + 1).padStart(16, '0'),
    ...(at === 0 ? {} : { parentSpanId: String(at).padStart(16, '0') }),
    name: 'op',
    startTimeUnixNano: String(1_706_678_909_000_000_000n + BigInt(at) * 100n),
    endTimeUnixNano: String(1_706_678_909_000_000_100n + BigInt(at) * 100n),
  }));
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] };
}

describe('a large trace', () => {
  test('keeps all of its spans and loses its graph', async () => {
    const upstream = cannedUpstream('spanhouse', { [`GET /api/v1/traces/${ID}`]: chain(20_001) });
    const frames = await ask({ query: ID }, upstream);
    expect(frames).toHaveLength(1);
    expect(frames[0]!.fields[0]!.values).toHaveLength(20_001);
    expect(frames[0]!.meta?.notices).toEqual([
      {
        severity: 'info',
        text: 'This trace has 20001 spans. All of them are here; the graph of its spans is left out above 20000.',
      },
    ]);
  });

  test('has both up to the limit', async () => {
    const upstream = cannedUpstream('spanhouse', { [`GET /api/v1/traces/${ID}`]: chain(20_000) });
    const frames = await ask({ query: ID }, upstream);
    expect(frames.map(({ fields }) => fields[0]!.values.length)).toEqual([20_000, 20_000, 19_999]);
    expect(frames[0]!.meta?.notices).toBeUndefined();
  });
});

test('the graph is left out where the data source says so', async () => {
  const upstream = cannedUpstream('spanhouse', { [`GET /api/v1/traces/${ID}`]: chain(2) });
  expect(await ask({ query: ID }, upstream, { json: { nodeGraph: { enabled: false } } })).toHaveLength(1);
});

test('what was asked stands in the inspector', async () => {
  const upstream = cannedUpstream('spanhouse', { [`GET /api/v1/traces/${ID}`]: chain(1) });
  const [trace] = await ask({ query: ID.toUpperCase() }, upstream);
  expect(trace!.meta?.executedQueryString).toBe(`GET /api/v1/traces/${ID}`);
});

describe('is not there', () => {
  const gone = { [`GET /api/v1/traces/${ID}`]: refused(404, 'there is no trace') };

  test.each([
    [{}, "the server's default space"],
    [{ tenant: 'acme', db: 'prod', table: 'web' }, 'tenant "acme", db "prod", table "web"'],
    [{ tenant: 'acme', db: '' }, 'tenant "acme"'],
  ])('in %j', async (json, space) => {
    await expect(ask({ query: ID }, cannedUpstream('spanhouse', gone), { json })).rejects.toMatchObject({
      code: 'not-found',
      message: `the trace ${ID} was not found in ${space}`,
    });
  });

  test.each([{ data: [] }, { data: [{ traceID: ID, spans: [], processes: {} }] }])(
    'as %j',
    async (answer) => {
      const upstream = cannedUpstream('jaeger-first', { [`GET /api/traces/${ID}`]: answer });
      await expect(ask({ query: ID }, upstream)).rejects.toMatchObject({ code: 'not-found' });
    },
  );
});

test('what the server refuses or cannot do is its own', async () => {
  const failure = new UpstreamError('failed', 'it failed', { status: 500 });
  const upstream = cannedUpstream('spanhouse', { [`GET /api/v1/traces/${ID}`]: failure });
  await expect(ask({ query: ID }, upstream)).rejects.toBe(failure);
});

test("an error in an answer of Jaeger's", async () => {
  const answer = { data: null, errors: [{ code: 500, msg: 'out of cheese' }] };
  const upstream = cannedUpstream('jaeger-first', { [`GET /api/traces/${ID}`]: answer });
  await expect(ask({ query: ID }, upstream)).rejects.toMatchObject({
    kind: 'failed',
    message: 'the server answered with an error: out of cheese',
  });
});

test.each([null, {}, { resourceSpans: null }, { data: [] }, 'x'])(
  'an answer that is none: %j',
  async (answer) => {
    const upstream = cannedUpstream('spanhouse', { [`GET /api/v1/traces/${ID}`]: answer });
    await expect(ask({ query: ID }, upstream)).rejects.toMatchObject({
      name: 'UpstreamError',
      message: 'the server\'s answer holds no "resourceSpans"',
    });
  },
);
