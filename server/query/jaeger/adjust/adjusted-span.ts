import type { Span } from '../../../span/span.ts';

/** A span as it is shown, and what its reader should know of it. */
export interface Adjusted<Shown> {
  readonly span: Shown;
  readonly warnings: readonly string[];
}

export type AdjustedSpan = Adjusted<Span>;

/** Says the span anew; where it has nothing to say, it is the same object. */
export type Adjuster = (span: AdjustedSpan) => AdjustedSpan;

export function warned<Shown>(
  { span, warnings }: Adjusted<Shown>,
  ...added: readonly string[]
): Adjusted<Shown> {
  return { span, warnings: [...warnings, ...added] };
}
