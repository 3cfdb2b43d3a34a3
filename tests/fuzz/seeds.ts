import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeTraffic } from '../load/traffic/encode-traffic.ts';
import { PROTOCOLS, type ProtocolName } from '../load/traffic/protocols.ts';
import { THIRD } from '../load/traffic/shape.ts';
import { NOW_MS } from '../support/corpus.ts';
import { type ThriftProtocol, encodeThrift } from '../support/encode-thrift.ts';
import type { JaegerBatch } from '../support/jaeger-batch.ts';
import { encodePostSpans } from '../support/jaeger-protobuf.ts';
import { struct, thriftOfBatch } from '../support/jaeger-thrift.ts';

/** Built tests lie one folder deeper. */
const INGEST = ['../..', '../../..']
  .map((up) => join(import.meta.dirname, up))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map((folder) => join(folder, 'server/ingest'))[0]!;
const ROWS = '.rows.json';
const SPANS = 6;
const SPANS_PER_REQUEST = 3;
const EMIT_BATCH = { name: 'emitBatch', kind: 4 };

/** Bodies of a corpus: the files of a folder below `server/ingest` with that ending. */
export function readBodies(folder: string, ending: string): Buffer[] {
  const path = join(INGEST, folder);
  const files = readdirSync(path).filter((file) => file.endsWith(ending) && !file.endsWith(ROWS));
  return files.map((file) => readFileSync(join(path, file)));
}

/** A few bodies as real senders write them. */
export function drawBodies(protocol: ProtocolName): Buffer[] {
  const requests = encodeTraffic(THIRD, {
    spans: SPANS,
    spansPerRequest: SPANS_PER_REQUEST,
    seed: 1,
    fromNanos: BigInt(NOW_MS) * 1_000_000n,
    overNanos: 1_000_000_000n,
    format: PROTOCOLS[protocol].createFormat(),
  });
  return Array.from(requests, ({ body }) => Buffer.from(body));
}

/** The corpus of Jaeger in one of Thrift's protocols, with the process first and last. */
export function thriftBodies(protocol: ThriftProtocol): Buffer[] {
  return readBatches().flatMap((batch) => {
    const first = thriftOfBatch(batch);
    const last = { ...first, fields: first.fields.toReversed() };
    return [encodeThrift(protocol, first), encodeThrift(protocol, last)];
  });
}

/** The same as messages to an agent; of the binary protocol with and without its version. */
export function agentBodies(protocol: ThriftProtocol): Buffer[] {
  return readBatches().flatMap((batch) => {
    const args = struct([1, thriftOfBatch(batch)]);
    const versions = protocol === 'binary' ? [true, false] : [true];
    return versions.map((isStrict) => encodeThrift(protocol, args, EMIT_BATCH, isStrict));
  });
}

export function postSpansBodies(): Buffer[] {
  return readBatches().map((batch) => {
    const more = batch.spans.map((_, index) => ({
      warnings: ['clock skew', ''],
      ...(index === 1 ? { process: { serviceName: 'own' } } : {}),
    }));
    return encodePostSpans(batch, more);
  });
}

function readBatches(): JaegerBatch[] {
  return readBodies('jaeger/testdata', '.json').map((body) => JSON.parse(body.toString()) as JaegerBatch);
}
