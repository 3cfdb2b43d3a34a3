import { Fault } from '../../errors/fault.ts';
import { retryDelayMs } from '../../wire/rpc-status.ts';
import type { HttpResponse } from '../http-receiver.ts';
import type { Receipt } from '../receipt.ts';

/**
 * InfluxDB's answers: 204, or 400 with `partial write` where some lines were refused. The Collector's exporter drops for
 * good what is answered with anything but a 5xx, 429 included: so whatever may go well later is a 503.
 */
export function respondReceipt({ rejected, message }: Receipt): HttpResponse {
  if (rejected > 0) throw new Fault('invalid', `partial write: ${message}`);
  return { status: 204, headers: {}, body: Buffer.alloc(0) };
}

/** The words of both generations: `error` of the first, `code` and `message` of the second. */
export function respondFault(fault: Fault): HttpResponse {
  const delayMs = retryDelayMs(fault);
  const body = {
    code: delayMs === undefined ? CODES[fault.code] : 'unavailable',
    message: fault.message,
    error: fault.message,
  };
  return {
    status: delayMs === undefined ? fault.kind.http : 503,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(delayMs === undefined ? {} : { 'retry-after': String(Math.ceil(delayMs / 1000)) }),
      ...(fault.code === 'method-not-allowed' ? { allow: 'POST' } : {}),
    },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** InfluxDB's names for what went wrong. */
const CODES: Readonly<Record<Fault['code'], string>> = {
  invalid: 'invalid',
  unauthenticated: 'unauthorized',
  forbidden: 'forbidden',
  'not-found': 'not found',
  'method-not-allowed': 'method not allowed',
  'too-large': 'request too large',
  'unsupported-media': 'invalid',
  'too-slow': 'unavailable',
  cancelled: 'unavailable',
  'failed-precondition': 'unprocessable entity',
  overloaded: 'too many requests',
  unavailable: 'unavailable',
  unimplemented: 'not implemented',
  internal: 'internal error',
};
