import type { Request } from 'express';
import { Fault } from '../../errors/fault.ts';
import { BodyPool } from '../../platform/body-pool.ts';
import { readBody } from '../../platform/http-body.ts';

/** Of a question; the longest that anybody writes is a thousandth of it. */
export const MAX_BODY_BYTES = 1 << 20;

const POOL = new BodyPool();

/** The JSON in a request's body. */
export async function readJson(request: Request, timeoutMs: number): Promise<unknown> {
  if (!isJson(request.headers['content-type'])) {
    throw new Fault('unsupported-media', 'content-type must be application/json', { field: 'content-type' });
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Fault('unsupported-media', 'content-encoding must be identity: questions are short', {
      field: 'content-encoding',
    });
  }
  refuseLong(Number(request.headers['content-length'] ?? 0));
  let length = 0;
  const reserve = (bytes: number): void => {
    length += bytes;
    refuseLong(length);
  };
  // One byte more, so that it is our refusal which speaks of this limit.
  const limits = { maxBytes: MAX_BODY_BYTES + 1, timeoutMs, reserve, pool: POOL };
  const body = await readBody(request, limits);
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch (cause) {
    throw new Fault(
      'invalid',
      `the body is no JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`,
      {
        field: 'body',
      },
    );
  } finally {
    POOL.give(body);
  }
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]!.trim().toLowerCase() === 'application/json';
}

function refuseLong(bytes: number): void {
  if (bytes <= MAX_BODY_BYTES) return;
  throw new Fault(
    'too-large',
    `the body has more than the ${MAX_BODY_BYTES} bytes that a question may have`,
    {
      field: 'body',
    },
  );
}
