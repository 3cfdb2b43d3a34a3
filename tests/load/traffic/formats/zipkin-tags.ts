import type { DrawnSpan, Origin } from '../draw-spans.ts';
import type { AttributeDraw, EventDraw, LinkDraw } from '../shape.ts';

export type ZipkinTag = readonly [key: string, value: string];

export const NANOS_PER_MICRO = 1000n;

/** Zipkin's kinds by the numbers of OTLP's; one that it does not know goes into a tag. */
export const ZIPKIN_KINDS = ['', '', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const INTERNAL = 1;

/**
 * A span's tags as OpenTelemetry's exporters write them: all of them text, the resource's attributes among them, and what
 * Zipkin's spans have no field for.
 */
export function zipkinTags(span: DrawnSpan, { resource, scope }: Origin): readonly ZipkinTag[] {
  return [
    ...resource.filter(([key]) => key !== 'service.name').map(textTag),
    ...span.attributes.map(textTag),
    ['otel.scope.name', scope.name],
    ['otel.scope.version', scope.version],
    ...(span.kind === INTERNAL ? [['span.kind', 'internal'] as const] : []),
    ...(span.failure === undefined ? [] : failureTags(span.failure)),
    ...span.links.map(linkTag),
  ];
}

/** What an annotation says of an event, as OpenTelemetry's Collector writes it. */
export function annotationValue({ name, attributes }: EventDraw): string {
  return attributes.length === 0 ? name : `${name}|${jsonOf(attributes)}|0`;
}

function linkTag({ traceId, spanId, attributes }: LinkDraw, index: number): ZipkinTag {
  const ids = `${traceId.toString('hex')}|${spanId.toString('hex')}`;
  return [`otlp.link.${index}`, `${ids}||${jsonOf(attributes)}|0`];
}

function failureTags(message: string): readonly ZipkinTag[] {
  return [
    ['otel.status_code', 'ERROR'],
    ['error', message],
  ];
}

function textTag([key, value]: AttributeDraw): ZipkinTag {
  return [key, String(value)];
}

function jsonOf(attributes: readonly AttributeDraw[]): string {
  return JSON.stringify(Object.fromEntries(attributes));
}
