import { Fault } from '../errors/fault.ts';
import { retryDelayMs } from '../wire/rpc-status.ts';
import type { HttpResponse } from './http-receiver.ts';
import type { Receipt } from './receipt.ts';

/**
 * Answers of protocols whose senders look at the status alone: 202 when anything was kept. What was refused stands in the
 * body, for whoever looks.
 */
export function respondPlainReceipt(receipt: Receipt): HttpResponse {
  refuseWhole(receipt);
  return plain(202, receipt.message);
}

/** Protocols that know no partial success call a request of which nothing was kept a bad one. */
export function refuseWhole({ accepted, rejected, message }: Receipt): void {
  if (accepted === 0 && rejected > 0) throw new Fault('invalid', message);
}

/** 503 for all that may go well later: of these senders' retries, that is the status which most of them know. */
export function respondPlainFault(fault: Fault): HttpResponse {
  const delayMs = retryDelayMs(fault);
  const { status, headers, body } = plain(delayMs === undefined ? fault.kind.http : 503, fault.message);
  return {
    status,
    headers: {
      ...headers,
      ...(delayMs === undefined ? {} : { 'retry-after': String(Math.ceil(delayMs / 1000)) }),
      ...(fault.code === 'method-not-allowed' ? { allow: 'POST' } : {}),
    },
    body,
  };
}

function plain(status: number, text: string): HttpResponse {
  if (text === '') return { status, headers: {}, body: Buffer.alloc(0) };
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: Buffer.from(`${text}\n`),
  };
}
