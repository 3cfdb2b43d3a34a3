import type { DrawnSpan } from '../draw-spans.ts';
import { annotationValue, NANOS_PER_MICRO } from './zipkin-tags.ts';

export interface ZipkinAnnotation {
  readonly micros: bigint;
  readonly value: string;
}

/** How the first generation tells a span's kind, by the numbers of OTLP's: what it writes at the start, and at the end. */
const KIND_ANNOTATIONS = [[], [], ['sr', 'ss'], ['cs', 'cr'], ['ms'], ['mr']] as const;

/** All annotations of a span of the first generation. */
export function zipkinAnnotations(span: DrawnSpan): readonly ZipkinAnnotation[] {
  const { startNanos, endNanos, events } = span;
  const [atStart, atEnd] = KIND_ANNOTATIONS[span.kind]!;
  // Microseconds of start and duration, so that both ways to tell an end tell the same.
  const startMicros = startNanos / NANOS_PER_MICRO;
  const endMicros = startMicros + (endNanos - startNanos) / NANOS_PER_MICRO;
  return [
    ...(atStart === undefined ? [] : [{ micros: startMicros, value: atStart }]),
    ...events.map((event) => ({
      micros: (startNanos + event.afterNanos) / NANOS_PER_MICRO,
      value: annotationValue(event),
    })),
    ...(atEnd === undefined ? [] : [{ micros: endMicros, value: atEnd }]),
  ];
}
