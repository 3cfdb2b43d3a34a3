import type { Span, SpanLink } from '../../../span/span.ts';

type RefType = 'CHILD_OF' | 'FOLLOWS_FROM';

/** The parent first, then the links, with commas between. A link to the parent only says what kind of parent it is. */
export function presentReferences({ traceId, parentSpanId, links }: Span): string {
  if (parentSpanId === undefined && links.length === 0) return '';
  const isParent = (link: SpanLink): boolean => link.spanId === parentSpanId && link.traceId === traceId;
  const others = links.filter((link) => !isParent(link));
  const references = others.map((link) => presentReference(refType(link), link.traceId, link.spanId));
  if (parentSpanId !== undefined) {
    const link = links.findLast(isParent);
    const type = link === undefined ? 'CHILD_OF' : refType(link);
    references.unshift(presentReference(type, traceId, parentSpanId));
  }
  return references.join(',');
}

/** 64-bit ids are written without the half that is zero. */
export function presentTraceId(traceId: string): string {
  return traceId.startsWith('0000000000000000') ? traceId.slice(16) : traceId;
}

function presentReference(type: RefType, traceId: string, spanId: string): string {
  return `{"refType":"${type}","traceID":"${presentTraceId(traceId)}","spanID":"${spanId}"}`;
}

function refType({ attributes }: SpanLink): RefType {
  const type = attributes.find(({ key }) => key === 'opentracing.ref_type')?.value;
  return type?.type === 'string' && type.value === 'child_of' ? 'CHILD_OF' : 'FOLLOWS_FROM';
}
