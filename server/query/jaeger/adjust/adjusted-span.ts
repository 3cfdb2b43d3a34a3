import type { Span } from '../../../span/span.ts';

/** A span as it is shown, and what its reader should know of it. */
export interface AdjustedSpan {
  readonly span: Span;
  readonly warnings: readonly string[];
}

/** Takes the spans of one trace and returns them anew; those that it has nothing to say of are the same objects. */
export type Adjuster = (spans: readonly AdjustedSpan[]) => readonly AdjustedSpan[];

export function warned({ span, warnings }: AdjustedSpan, ...added: readonly string[]): AdjustedSpan {
  return { span, warnings: [...warnings, ...added] };
}
