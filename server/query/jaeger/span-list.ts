import type { Span } from '../../span/span.ts';

/** What of a span bears on how the others of its trace are shown. */
export type Outline = Pick<
  Span,
  'spanId' | 'parentSpanId' | 'kind' | 'startNanos' | 'durationNanos' | 'resource' | 'events'
>;

/** The spans of one trace, gone through more than once: what is made of them need not be held. */
export interface SpanList {
  /** In the order of the spans; events may be left out of them. */
  readonly outlines: readonly Outline[];
  /** The spans may be other objects each time; their resources and scopes are the same ones. */
  spans(): Iterable<Span>;
  /** False only if no span has an attribute of such a key. */
  mayHave(isKey: (key: string) => boolean): boolean;
}

/** Spans that are held as they are. */
export function listOf(spans: readonly Span[]): SpanList {
  return {
    outlines: spans,
    spans: () => spans,
    mayHave: (isKey) => spans.some(({ attributes }) => attributes.some(({ key }) => isKey(key))),
  };
}
