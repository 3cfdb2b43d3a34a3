import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { Fault } from '../../../errors/fault.ts';
import { BodyPool } from '../../../platform/body-pool.ts';
import { readBody } from '../../../platform/http-body.ts';
import type { EdgeLogger } from '../../../platform/fault-report.ts';
import { clientGone } from '../../../platform/http-request.ts';
import { parseContentEncoding } from '../../../wire/compression/content-encoding.ts';
import { unpack } from '../../../wire/compression/unpack.ts';
import { rawTrace } from '../adjust/adjust-trace.ts';
import { presentTraces } from './present-traces.ts';
import { respondPieces } from './respond.ts';
import { type SpansByTrace, parseOtlpTraces } from './transform.ts';

export interface TransformOptions {
  /** Of a body, packed and unpacked. */
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly logger: EdgeLogger;
}

/** Each holds a body and all its spans; who comes when so many are under way is asked to come again. */
const MAX_UNDER_WAY = 4;
const RETRY_AFTER_MS = 1_000;

/** `POST /api/transform`: OTLP/JSON as the first generation shows it, with nothing adjusted. Nothing is stored. */
export function createTransform(
  options: TransformOptions,
): (request: Request, response: Response) => Promise<void> {
  const pool = new BodyPool();
  let underWay = 0;
  return async (request, response) => {
    if (underWay >= MAX_UNDER_WAY) {
      const message = `${MAX_UNDER_WAY} bodies are being transformed already; try again in a second`;
      throw new Fault('overloaded', message, { retryAfterMs: RETRY_AFTER_MS });
    }
    underWay++;
    try {
      await transform(options, pool, request, response);
    } finally {
      underWay--;
    }
  };
}

async function transform(
  { maxBodyBytes, bodyTimeoutMs, logger }: TransformOptions,
  pool: BodyPool,
  request: Request,
  response: Response,
): Promise<void> {
  const codings = parseContentEncoding(request.headers['content-encoding']);
  const limits = { maxBytes: maxBodyBytes, timeoutMs: bodyTimeoutMs, reserve: () => undefined, pool };
  const packed = await readBody(request, limits);
  try {
    const body = await unpack(packed, codings, maxBodyBytes);
    const byTrace = await parse(body, clientGone(response));
    const traces = [...byTrace.values()].map((spans) => ({ spans }));
    await respondPieces(request, response, presentTraces(traces, rawTrace), logger);
  } finally {
    pool.give(packed);
  }
}

async function parse(body: Uint8Array, gone: AbortSignal): Promise<SpansByTrace> {
  try {
    return await parseAll(body, gone);
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'invalid') throw thrown;
    throw new Fault('invalid', `cannot unmarshal OTLP : ${thrown.message}`, { field: 'body', cause: thrown });
  }
}

/** Lets others have their turn between the steps. */
async function parseAll(body: Uint8Array, gone: AbortSignal): Promise<SpansByTrace> {
  const steps = parseOtlpTraces(body);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    await nextTurn();
    gone.throwIfAborted();
  }
}
