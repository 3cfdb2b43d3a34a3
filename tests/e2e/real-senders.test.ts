import { credentials, Metadata } from '@grpc/grpc-js';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { afterAll, afterEach, test } from 'vitest';
import { type ServerProcess, startServer, tidyUp } from '../support/server-process.ts';
import { DB_AND_TABLE, expectReadBack } from './read-back.ts';
import { sendBySdk } from './sdk-traffic.ts';
import { readStoppedStore } from './stopped-store.ts';

type Addresses = ServerProcess['addresses'];
type Headers = Readonly<Record<'tenant' | 'db' | 'table', string>>;

const EXPORTERS: readonly [string, 'binary' | 'json', (to: Addresses, headers: Headers) => SpanExporter][] = [
  [
    'protobuf over HTTP',
    'binary',
    ({ otlpHttp }, headers) => new ProtobufExporter({ url: `${otlpHttp}/v1/traces`, headers }),
  ],
  [
    'JSON over HTTP',
    'json',
    ({ otlpHttp }, headers) => new JsonExporter({ url: `${otlpHttp}/v1/traces`, headers }),
  ],
  [
    'gRPC',
    'binary',
    ({ otlpGrpc }, headers) =>
      new GrpcExporter({
        url: `http://${otlpGrpc}`,
        credentials: credentials.createInsecure(),
        metadata: metadataOf(headers),
      }),
  ],
];

afterEach(tidyUp);
afterAll(tidyUp);

test.each(EXPORTERS)(
  'the SDK by %s: what is read back is what was sent, in its own tenant',
  async (_name, encoding, createExporter) => {
    const server = await startServer();
    const sent = new Map<string, readonly ReadableSpan[]>();
    for (const tenant of ['acme', 'globex']) {
      const exporter = createExporter(server.addresses, { tenant, ...DB_AND_TABLE });
      sent.set(tenant, await sendBySdk(exporter, tenant, encoding));
    }
    await server.settled();
    await server.stop();

    await readStoppedStore(server.dataDir, (store) => expectReadBack(store, sent));
  },
);

function metadataOf(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}
