import { describe, expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { answerQueries, answerQueriesInPieces } from './answer-queries.ts';
import { type Frame, stringField } from './frames/frame.ts';
import { contextOfTest } from './instance/context.fixture.ts';
import { createInstances } from './instance/instances.ts';
import { UpstreamError } from './instance/upstream.ts';
import { createPluginLog } from './log.ts';
import { createPluginMetrics } from './plugin-metrics.ts';
import type { DataQuery, QueryChunkedDataResponse, QueryDataRequest } from './protocol/messages.ts';
import type { AskedQuery } from './queries/query-handler.ts';

const CALL = { signal: new AbortController().signal, trace: {} };

/** Does what the query's `service` says. */
function run({ kept, refId }: AskedQuery): Promise<readonly Frame[]> {
  switch (kept.service) {
    case 'crashes':
      throw new TypeError('s is not a function');
    case 'is refused':
      return Promise.reject(new Fault('invalid', 'no such thing'));
    case 'is away':
      return Promise.reject(new UpstreamError('unreachable', 'away'));
    case 'forbids':
      return Promise.reject(new UpstreamError('unauthorized', 'no', { status: 403 }));
    case undefined:
    default:
      return Promise.resolve([{ name: refId, fields: [stringField('a', [])] }]);
  }
}

function setUp(): { options: Parameters<typeof answerQueries>[0]; lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    options: {
      instances: createInstances(() => undefined),
      metrics: createPluginMetrics(),
      log: createPluginLog((line) => lines.push(line)),
      loadEngine: () =>
        Promise.resolve({
          run,
          encodeArrow: ({ name }) => Buffer.from(`arrow ${name}`),
          encodeJson: ({ name }) => Buffer.from(`json ${name}`),
        }),
    },
  };
}

function requestOf(services: Readonly<Record<string, string>>, format = 0): QueryDataRequest {
  const queries = Object.entries(services).map(([refId, service]) =>
    queryOf(refId, JSON.stringify({ service })),
  );
  return { pluginContext: contextOfTest(), headers: {}, queries, format };
}

function queryOf(refId: string, json: string): DataQuery {
  return { refId, json: Buffer.from(json), queryType: '', maxDataPoints: 1, intervalMS: 1, timeRange: null };
}

describe('answerQueries', () => {
  test('answers each query, whatever becomes of its neighbours', async () => {
    const { options, lines } = setUp();
    const request = requestOf({ A: 'works', B: 'crashes', C: 'is refused', D: 'is away', E: 'forbids' });
    const { responses } = await answerQueries(options, request, CALL);
    expect(responses).toEqual({
      A: { frames: [Buffer.from('arrow A')], status: 200, format: 0 },
      B: {
        frames: [],
        status: 500,
        format: 0,
        error: "something went wrong in the plugin; Grafana's log has the cause",
        errorSource: 'plugin',
      },
      C: { frames: [], status: 400, format: 0, error: 'no such thing', errorSource: 'downstream' },
      D: { frames: [], status: 502, format: 0, error: 'away', errorSource: 'downstream' },
      E: { frames: [], status: 403, format: 0, error: 'no', errorSource: 'downstream' },
    });
    const errors = lines.filter((line) => line.includes('"@level":"error"'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('s is not a function');
    const counted = await options.metrics.scrape();
    expect(counted).toContain('spanhouse_plugin_queries_total{type="other",outcome="unreachable"} 1');
    expect(counted).toContain('spanhouse_plugin_queries_total{type="other",outcome="internal"} 1');
  });

  test('answers in JSON if, and only if, the host asks for it', async () => {
    for (const [format, text, given] of [
      [1, 'json A', 1],
      [0, 'arrow A', 0],
      [7, 'arrow A', 0],
    ] as const) {
      const { responses } = await answerQueries(setUp().options, requestOf({ A: 'works' }, format), CALL);
      expect(responses['A']).toMatchObject({ frames: [Buffer.from(text)], format: given });
    }
  });

  test.each(['[]', 'null', '{', '"a"'])('a query that is %s is refused', async (json) => {
    const request = { ...requestOf({}), queries: [queryOf('A', json)] };
    const { responses } = await answerQueries(setUp().options, request, CALL);
    expect(responses['A']).toMatchObject({ status: 400, error: 'the query is not a JSON object' });
  });

  test('settings that cannot be used are said in each answer', async () => {
    const request = { ...requestOf({ A: 'works', B: 'works' }), pluginContext: contextOfTest({ url: '' }) };
    const { responses } = await answerQueries(setUp().options, request, CALL);
    for (const refId of ['A', 'B']) {
      expect(responses[refId]).toMatchObject({ status: 400, errorSource: 'downstream' });
      expect(responses[refId]!.error).toContain('has no URL');
    }
  });
});

test('answerQueriesInPieces sends frames and failures alike', async () => {
  const sent: QueryChunkedDataResponse[] = [];
  const request = requestOf({ A: 'works', B: 'is away' });
  await answerQueriesInPieces(setUp().options, request, CALL, (message) => {
    sent.push(message);
    return Promise.resolve();
  });
  expect(sent.sort((one, other) => one.refId.localeCompare(other.refId))).toEqual([
    {
      refId: 'A',
      frameId: '0',
      frame: Buffer.from('arrow A'),
      status: 200,
      format: 0,
      error: '',
      errorSource: '',
    },
    {
      refId: 'B',
      frameId: '',
      frame: Buffer.alloc(0),
      status: 502,
      format: 0,
      error: 'away',
      errorSource: 'downstream',
    },
  ]);
});

test('a query that is too long for anybody is refused before it is read', async () => {
  const { options, lines } = setUp();
  const text = `{"text":"${'a = 1 or '.repeat(100_000)}a = 1"}`;
  const request = { ...requestOf({}), queries: [queryOf('A', text)] };
  const { responses } = await answerQueries(options, request, CALL);
  expect(responses['A']).toMatchObject({
    status: 413,
    errorSource: 'downstream',
    error: expect.stringMatching(
      /^the query has 900016 bytes, more than the 262144 that one may have/,
    ) as string,
  });
  expect(lines.filter((line) => line.includes('"error"'))).toEqual([]);
});
