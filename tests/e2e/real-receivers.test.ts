import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { JaegerExporter } from '@opentelemetry/exporter-jaeger';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import zipkin from 'zipkin';
import { createSpace, type Space, spaceKey } from '../../server/space/space.ts';
import type { Span, SpanId, TraceId } from '../../server/span/span.ts';
import { makeDataDir, type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { until } from '../support/wait.ts';
import { makeJaegerSpans, spanOfJaegerClient, startJaegerProgram } from './receivers/jaeger-program.ts';
import { readTrace } from './receivers/read-trace.ts';
import { toldByJaegerExporter, toldByZipkinExporter } from './receivers/told-by-exporter.ts';
import { makeZipkinSpans, spanOfZipkin, startZipkinProgram } from './receivers/zipkin-program.ts';
import { sendBySdk } from './sdk-traffic.ts';

/*
 * Programs with published client libraries send, and what is read back is what they had in hand, but for what the library
 * does not tell.
 */

const DATAGRAMS = createSpace('acme', 'shop', 'datagrams');
const STRATEGIES = {
  default_strategy: { type: 'probabilistic', param: 0 },
  service_strategies: [
    {
      service: 'Lager ü, =1',
      type: 'probabilistic',
      param: 0,
      operation_strategies: [{ operation: 'kept', type: 'probabilistic', param: 1 }],
    },
  ],
};

let server: ServerProcess;

beforeAll(async () => {
  const samplingFile = join(makeDataDir(), 'strategies.json');
  writeFileSync(samplingFile, JSON.stringify(STRATEGIES));
  server = await startServer({
    JAEGER_COMPACT_PORT: '0',
    JAEGER_BINARY_PORT: '0',
    SAMPLING_PORT: '0',
    SAMPLING_FILE: samplingFile,
    SPACE_PORTS: `udp:0=${spaceKey(DATAGRAMS)}`,
    DEFAULT_TENANT: 'acme',
    DEFAULT_DB: 'shop',
    DEFAULT_TABLE: 'default',
    SEGMENT_REST: '0ms',
  });
});
afterAll(async () => {
  await server.stop();
  tidyUp();
});

function spaceOf(table: string): Space {
  return createSpace('acme', 'shop', table);
}

/** In these spaces are these spans, and of their traces no others. */
async function expectThere(space: Space, spans: readonly Span[]): Promise<void> {
  const ids = [...new Set(spans.map(({ traceId }) => traceId))];
  const read = async (): Promise<readonly Span[]> => {
    const traces = ids.map((id) => readTrace(`${server.addresses.http}/t/${spaceKey(space)}`, id));
    return (await Promise.all(traces)).flat();
  };
  // Datagrams are not answered.
  await until('the spans', async () => (await read()).length >= spans.length);
  await server.settled();
  expect(ordered(await read())).toEqual(ordered(spans));
}

function ordered(spans: readonly Span[]): readonly Span[] {
  const keyOf = ({ spanId, kind }: Span): string => `${spanId} ${kind}`;
  return spans.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function jaegerExporter(config: { endpoint?: string; host?: string; port?: number }): SpanExporter {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- programs still have it
  return new JaegerExporter(config);
}

const EVERY_ONE = { type: 'const', param: 1 };

describe("Jaeger's client", () => {
  test.each<[string, Space, boolean, (addresses: ServerProcess['addresses']) => object]>([
    [
      'over HTTP',
      spaceOf('jaeger_client'),
      true,
      ({ jaegerHttp }) => ({ collectorEndpoint: `${jaegerHttp}/t/acme/shop/jaeger_client/api/traces` }),
    ],
    [
      'in datagrams',
      spaceOf('default'),
      true,
      ({ jaegerBinary }) => ({ agentHost: '127.0.0.1', agentPort: portOf(jaegerBinary) }),
    ],
    [
      'in datagrams to a port of one space, with ids of 64 bits',
      DATAGRAMS,
      false,
      (addresses) => ({
        agentHost: '127.0.0.1',
        agentPort: portOf(addresses[`udp of ${spaceKey(DATAGRAMS)}`]!),
      }),
    ],
  ])('%s', async (_name, space, traceId128bit, reporterOf) => {
    const reporter = reporterOf(server.addresses);
    const { tracer, close } = startJaegerProgram({
      sampler: EVERY_ONE,
      reporter: { ...reporter },
      traceId128bit,
    });
    const spans = makeJaegerSpans(tracer);
    await close();
    await expectThere(
      space,
      spans.map((span) => spanOfJaegerClient(tracer, span)),
    );
  });

  test('its remote sampler keeps what the strategies say', async () => {
    const { tracer, close } = startJaegerProgram({
      sampler: {
        type: 'remote',
        param: 0,
        hostPort: server.addresses.sampling.replace('http://', ''),
        refreshIntervalMs: 20,
      },
      reporter: { collectorEndpoint: `${server.addresses.jaegerHttp}/t/acme/shop/sampled/api/traces` },
    });
    const startSpan = (name: string) => tracer.startSpan(name, { startTime: Date.now() });
    const kept = await until('the strategies to be known', () => {
      const span = startSpan('kept');
      return span.context().isSampled() && span;
    });
    const others = Array.from({ length: 100 }, () => startSpan('other'));
    for (const span of [kept, ...others]) span.finish(Date.now());
    await close();
    expect(others.filter((span) => span.context().isSampled())).toEqual([]);
    await expectThere(spaceOf('sampled'), [spanOfJaegerClient(tracer, kept)]);
  });
});

describe("Zipkin's library", () => {
  test.each([
    ['v2', 'JSON_V2'],
    ['v1', 'JSON_V1'],
  ] as const)('%s JSON', async (version, encoder) => {
    const space = spaceOf(`zipkin_${version}`);
    const { tracer, sent } = startZipkinProgram(
      `${server.addresses.zipkin}/api/${version}/spans`,
      zipkin.jsonEncoder[encoder],
      { ...space },
    );
    makeZipkinSpans(tracer);
    const had = await sent();
    expect(had.map(({ kind, shared }) => [kind, shared])).toContainEqual(['SERVER', true]);
    await expectThere(space, had.map(spanOfZipkin));
  });
});

describe("OpenTelemetry's exporters of other protocols", () => {
  test.each<
    [string, Space, (addresses: ServerProcess['addresses']) => SpanExporter, (span: ReadableSpan) => Span]
  >([
    [
      'Jaeger over HTTP',
      spaceOf('exporter_jaeger'),
      ({ http }) => jaegerExporter({ endpoint: `${http}/t/acme/shop/exporter_jaeger/api/traces` }),
      toldByJaegerExporter,
    ],
    [
      'Jaeger in datagrams',
      createSpace('acme', 'shop', 'default'),
      // Binary, as it always sends, to the port that is named after the other coding.
      ({ jaegerCompact }) => jaegerExporter({ host: '127.0.0.1', port: portOf(jaegerCompact) }),
      toldByJaegerExporter,
    ],
    [
      'Zipkin',
      spaceOf('exporter_zipkin'),
      ({ zipkin: url }) =>
        new ZipkinExporter({
          url: `${url}/api/v2/spans`,
          headers: { ...spaceOf('exporter_zipkin') },
        }),
      toldByZipkinExporter,
    ],
  ])('%s', async (_name, space, createExporter, tell) => {
    const sent = await sendBySdk(createExporter(server.addresses), 'acme', 'binary');
    await expectThere(space, sent.map(tell));
  });
});

test("Influx's client: what it escapes is read as it was", async () => {
  const space = spaceOf('influx');
  const nasty = 'grüße, 世界 🎉 "q" \\ a=b';
  const traceId = 'ab'.repeat(16) as TraceId;
  const spanId = 'cd'.repeat(8) as SpanId;
  const linked = { traceId: 'ef'.repeat(16), spanId: '12'.repeat(8) };
  const startNanos = BigInt(Date.now() - 60_000) * 1_000_000n + 123_456_789n;
  const ids = (name: string): Point => new Point(name).tag('trace_id', traceId).tag('span_id', spanId);
  const text = (key: string, value: string) => ({ key, value: { type: 'string', value } }) as const;
  const attributes = { [nasty]: `${nasty}\n`, list: ['a "b"', 1, null], whole: 7 };

  const { http } = server.addresses;
  const writer = new InfluxDB({ url: http, token: 'any' }).getWriteApi(
    space.tenant,
    `${space.db}/${space.table}`,
    'ns',
    {
      maxRetries: 0,
      headers: {},
    },
  );
  writer.writePoints([
    ids('logs')
      .stringField('event.name', nasty)
      .stringField('attributes', JSON.stringify(attributes))
      .timestamp(String(startNanos + 5n)),
    ids('span-links')
      .tag('linked_trace_id', linked.traceId)
      .tag('linked_span_id', linked.spanId)
      .stringField('trace_state', 'a=1,b=2')
      .timestamp(String(startNanos)),
    ids('spans')
      .tag('service.name', nasty)
      .stringField('span.name', `${nasty}\n\t"`)
      .stringField('span.kind', 'Server')
      .uintField('end_time_unix_nano', String(startNanos + 1_000_000_007n))
      .stringField('otel.status_code', 'Error')
      .stringField('otel.status_description', nasty)
      .stringField('attributes', JSON.stringify(attributes))
      .stringField(`a ${nasty}`, nasty)
      .intField('b int', -42)
      .uintField('c uint', 42)
      .floatField('d float', 0.1)
      .booleanField('e bool', false)
      .timestamp(String(startNanos)),
  ]);
  await writer.close();

  const told = [
    text(nasty, `${nasty}\n`),
    {
      key: 'list',
      value: {
        type: 'array',
        value: [{ type: 'string', value: 'a "b"' }, { type: 'int', value: 1n }, { type: 'empty' }],
      },
    },
    { key: 'whole', value: { type: 'int', value: 7n } },
  ] as const;
  const nothing = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
  await expectThere(space, [
    {
      traceId,
      spanId,
      parentSpanId: undefined,
      traceState: '',
      flags: 0,
      name: `${nasty}\n\t"`,
      service: nasty,
      kind: 'server',
      startNanos,
      durationNanos: 1_000_000_007n,
      statusCode: 'error',
      statusMessage: nasty,
      // The client sorts its fields.
      attributes: [
        text(`a ${nasty}`, nasty),
        ...told,
        { key: 'b int', value: { type: 'int', value: -42n } },
        { key: 'c uint', value: { type: 'int', value: 42n } },
        { key: 'd float', value: { type: 'double', value: 0.1 } },
        { key: 'e bool', value: { type: 'bool', value: false } },
      ],
      events: [{ timeNanos: startNanos + 5n, name: nasty, attributes: told, droppedAttributesCount: 0 }],
      links: [{ ...linked, traceState: 'a=1,b=2', attributes: [], droppedAttributesCount: 0, flags: 0 }],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
      resource: { ...nothing, attributes: [text('service.name', nasty)] },
      scope: { ...nothing, name: '', version: '' },
    },
  ]);
});
