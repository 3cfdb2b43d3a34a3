import { z } from 'zod';
import { UpstreamError } from '../instance/upstream.ts';

/** What the server answered, in the shape that is agreed on. */
export function readAnswer<Shape extends z.ZodType>(
  shape: Shape,
  path: string,
  answer: unknown,
): z.output<Shape> {
  const result = shape.safeParse(answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new UpstreamError(
    'failed',
    `the server's answer to ${path} cannot be read${place}: ${issue?.message ?? 'it has another shape'}`,
  );
}

/** The same of an answer that is too large to be checked whole: what its decoder stumbles over is the server's. */
export function decodeAnswer<T>(path: string, answer: unknown, decode: (answer: unknown) => T): T {
  try {
    return decode(answer);
  } catch (cause) {
    if (cause instanceof UpstreamError) throw cause;
    throw new UpstreamError('failed', `the server's answer to ${path} cannot be read: it has another shape`, {
      cause,
    });
  }
}

/** Nanoseconds travel as text: numbers of JSON would lose some. */
export const nanos = z
  .union([z.string().regex(/^-?\d+$/), z.number().int()])
  .transform((value) => BigInt(value));
