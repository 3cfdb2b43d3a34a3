import type { DrawnSpan, Origin } from '../draw-spans.ts';

export type JaegerTag = readonly [key: string, value: string | number | boolean];

/** By their numbers in OTLP. */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** A span's tags, those for what Jaeger's spans have no field for among them, as OpenTelemetry's translation has it. */
export function jaegerTags(
  { attributes, kind, failure }: DrawnSpan,
  { scope }: Origin,
): readonly JaegerTag[] {
  return [
    ...attributes,
    ['span.kind', SPAN_KINDS[kind]!],
    ['otel.scope.name', scope.name],
    ['otel.scope.version', scope.version],
    ...(failure === undefined ? [] : failureTags(failure)),
  ];
}

/** All of the resource but the name of the service, which has a field of its own. */
export function processTags({ resource }: Origin): readonly JaegerTag[] {
  return resource.filter(([key]) => key !== 'service.name');
}

function failureTags(message: string): readonly JaegerTag[] {
  return [
    ['otel.status_code', 'ERROR'],
    ['otel.status_description', message],
    ['error', true],
  ];
}
