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

/** Nanoseconds travel as text: numbers of JSON would lose some. */
export const nanos = z
  .union([z.string().regex(/^-?\d+$/), z.number().int()])
  .transform((value) => BigInt(value));
