import { join } from 'node:path';
import { encodeTraffic } from '../traffic/encode-traffic.ts';
import { type ProtocolName, PROTOCOLS } from '../traffic/protocols.ts';
import type { Shape } from '../traffic/shape.ts';
import { type Spooled, writeSpool } from '../traffic/spool.ts';

export interface Load {
  readonly shape: Shape;
  readonly spans: number;
  readonly seed: number;
  /** How much time the spans cover, evenly. */
  readonly overMs: number;
  /** When the first of them begins, in milliseconds since 1970; absent: so that the last one begins now. */
  readonly fromMs?: number;
  readonly spansPerRequest?: number;
  /** Absent: OTLP's protobuf. */
  readonly protocol?: ProtocolName;
}

export interface PreparedLoad extends Spooled {
  readonly path: string;
}

const NANOS_PER_MS = 1_000_000n;

/** Encodes a load to a file, beforehand, so that sending it costs little. */
export function prepareLoad(directory: string, name: string, load: Load): PreparedLoad {
  const { shape, spans, seed, overMs, fromMs = Date.now() - overMs, spansPerRequest, protocol } = load;
  const requests = encodeTraffic(shape, {
    spans,
    seed,
    fromNanos: BigInt(Math.round(fromMs)) * NANOS_PER_MS,
    overNanos: BigInt(Math.round(overMs)) * NANOS_PER_MS,
    ...(spansPerRequest === undefined ? {} : { spansPerRequest }),
    ...(protocol === undefined ? {} : { format: PROTOCOLS[protocol].createFormat() }),
  });
  const path = join(directory, name);
  return { path, ...writeSpool(path, requests) };
}
