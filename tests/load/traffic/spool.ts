import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { EncodedRequest } from './encode-traffic.ts';

/** Requests on disk, encoded beforehand: four bytes of length, four of how many spans, the body. */
const HEAD_BYTES = 8;
const FLUSH_BYTES = 1 << 22;

export interface Spooled {
  readonly requests: number;
  readonly spans: number;
  readonly bytes: number;
}

export function writeSpool(path: string, requests: Iterable<EncodedRequest>): Spooled {
  const file = openSync(path, 'w');
  const sums = { requests: 0, spans: 0, bytes: 0 };
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const flush = (): void => {
    writeSync(file, Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  for (const { spans, body } of requests) {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(body.length, 0);
    head.writeUInt32LE(spans, 4);
    waiting.push(head, Buffer.from(body));
    waitingBytes += body.length;
    sums.requests += 1;
    sums.spans += spans;
    sums.bytes += body.length;
    if (waitingBytes > FLUSH_BYTES) flush();
  }
  flush();
  closeSync(file);
  return sums;
}

/** The requests of a spool, one after the other. */
export function* readSpool(path: string): Generator<EncodedRequest> {
  const file = openSync(path, 'r');
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    while (readSync(file, head, 0, HEAD_BYTES, null) === HEAD_BYTES) {
      const body = Buffer.allocUnsafe(head.readUInt32LE(0));
      readSync(file, body, 0, body.length, null);
      yield { spans: head.readUInt32LE(4), body };
    }
  } finally {
    closeSync(file);
  }
}
