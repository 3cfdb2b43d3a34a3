import type { IncomingMessage } from 'node:http';
import { Fault, toFault } from '../errors/fault.ts';
import { tooLarge } from '../wire/compression/refusals.ts';

/** Names the time limit in refusals. */
const BODY_TIMEOUT_SETTING = 'SPANHOUSE_BODY_TIMEOUT';

export interface BodyLimits {
  readonly maxBytes: number;
  /** From now to the last byte, so that a sender cannot hold a request open by dripping. */
  readonly timeoutMs: number;
  /** Asked before bytes are taken in: all at once where the request announces them, else as they come. May throw. */
  readonly reserve: (bytes: number) => void;
}

/**
 * The whole body as it came. Throws Fault `too-large` (at once if content-length says so), `too-slow`, `cancelled` when
 * the sender leaves, or what `reserve` throws. What is left of a refused body node:http reads and drops, so that a
 * sender that is still writing gets to see the answer.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return collect(request, limits, reserveAnnounced(request, limits));
}

/** What `collect` is to call for each chunk: nothing more if the whole is reserved already. */
function reserveAnnounced(request: IncomingMessage, limits: BodyLimits): (bytes: number) => void {
  const header = request.headers['content-length'];
  if (header === undefined) return limits.reserve;
  const announced = Number(header);
  if (announced > limits.maxBytes) throw tooLarge(limits.maxBytes, `the body has ${announced} bytes,`);
  limits.reserve(announced);
  return () => undefined;
}

function collect(
  request: IncomingMessage,
  { maxBytes, timeoutMs }: BodyLimits,
  reserve: (bytes: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;

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
      length += chunk.length;
      try {
        if (length > maxBytes) throw tooLarge(maxBytes, 'the body has');
        reserve(chunk.length);
      } catch (thrown) {
        refuse(toFault(thrown));
        return;
      }
      chunks.push(chunk);
    };
    const finish = (): void => {
      settle(() => {
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
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
