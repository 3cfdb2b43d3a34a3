import type { IncomingMessage } from 'node:http';
import { Fault, toFault } from '../errors/fault.ts';
import type { BodyPool } from './body-pool.ts';
import { tooLarge } from '../wire/compression/refusals.ts';

/** Names the time limit in refusals. */
export const BODY_TIMEOUT_SETTING = 'SPANHOUSE_BODY_TIMEOUT';

export interface BodyLimits {
  readonly maxBytes: number;
  /** From now to the last byte, so that a sender cannot hold a request open by dripping. */
  readonly timeoutMs: number;
  /** Asked before bytes are taken in: all at once where the request announces them, else as they come. May throw. */
  readonly reserve: (bytes: number) => void;
  /** Where bodies whose length is announced are put; to be given back there by whoever is done with them. */
  readonly pool: BodyPool;
}

/**
 * The whole body as it came. Throws Fault `too-large` (at once if content-length says so), `too-slow`, `cancelled` when
 * the sender leaves, or what `reserve` throws. What is left of a refused body node:http reads and drops, so that a
 * sender that is still writing gets to see the answer.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const announced = announcedBytes(request, limits);
  if (announced === undefined) return collect(request, limits, createGatherer(limits));
  limits.reserve(announced);
  return collect(request, limits, createFiller(limits.pool.take(announced), announced));
}

/** Takes the bytes of a body as they come, and has them all in the end. */
interface Receiver {
  take(chunk: Buffer): void;
  whole(): Buffer;
}

function announcedBytes(request: IncomingMessage, { maxBytes }: BodyLimits): number | undefined {
  const header = request.headers['content-length'];
  if (header === undefined) return undefined;
  const announced = Number(header);
  if (announced > maxBytes) throw tooLarge(maxBytes, `the body has ${announced} bytes,`);
  return announced;
}

/** For a body of known length. node:http sees to it that no more comes. */
function createFiller(buffer: Buffer, announced: number): Receiver {
  let length = 0;
  return {
    take: (chunk) => {
      length += chunk.copy(buffer, length);
    },
    whole: () => buffer.subarray(0, Math.min(length, announced)),
  };
}

/** For a body that ends when it ends. */
function createGatherer({ maxBytes, reserve }: BodyLimits): Receiver {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    take: (chunk) => {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes, 'the body has');
      reserve(chunk.length);
      chunks.push(chunk);
    },
    whole: () => (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)),
  };
}

function collect(request: IncomingMessage, { timeoutMs }: BodyLimits, receiver: Receiver): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('error', leave).off('close', leave);
      outcome();
    };
    const refuse = (fault: Fault): void => {
      settle(() => {
        reject(fault);
      });
    };
    const take = (chunk: Buffer): void => {
      try {
        receiver.take(chunk);
      } catch (thrown) {
        refuse(toFault(thrown));
      }
    };
    const finish = (): void => {
      settle(() => {
        resolve(receiver.whole());
      });
    };
    const leave = (): void => {
      refuse(new Fault('cancelled', 'the sender left before its body was complete'));
    };
    const timer = setTimeout(() => {
      refuse(tooSlow(timeoutMs));
    }, timeoutMs);
    request.on('data', take).on('end', finish).on('error', leave).on('close', leave);
  });
}

/** For whoever reads requests: the sender did not get its message across in time. */
export function tooSlow(timeoutMs: number): Fault {
  return new Fault(
    'too-slow',
    `the body did not arrive within ${timeoutMs / 1000} s; send smaller batches, or raise ${BODY_TIMEOUT_SETTING}`,
    { field: 'body', setting: BODY_TIMEOUT_SETTING, value: `${timeoutMs / 1000}s` },
  );
}
