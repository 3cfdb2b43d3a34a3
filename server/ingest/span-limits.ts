/** What one span may hold. Each is a setting of the same name with `SPANHOUSE_` in front. */
export interface SpanLimits {
  /** MAX_SPAN_BYTES: of the span's own message. */
  readonly spanBytes: number;
  /** MAX_ATTRIBUTES: of a span, a resource, a scope, an event or a link. */
  readonly attributes: number;
  /** MAX_ATTRIBUTE_BYTES: of a key, and of a value as text. */
  readonly attributeBytes: number;
  /** MAX_EVENTS */
  readonly events: number;
  /** MAX_LINKS */
  readonly links: number;
  /** MAX_NESTING: of arrays and maps within an attribute value. */
  readonly nesting: number;
}

/** Which start times are let in. */
export interface TimeRules {
  /** ACCEPT_OLD_SPANS: starts older than the space's retention are kept, for as long as a span that starts now. */
  readonly acceptOld: boolean;
  /** ACCEPT_FUTURE_SPANS: likewise starts further ahead than `aheadMs`. */
  readonly acceptFuture: boolean;
  /** MAX_AHEAD */
  readonly aheadMs: number;
}

/** Words for an attribute whose key or value is over its limit. */
export function describeLarge(
  source: Uint8Array,
  from: number,
  to: number,
  valueBytes: number,
  limits: SpanLimits,
): string {
  const key = Buffer.from(source.subarray(from, Math.min(to, from + 80))).toString('utf8');
  const bytes = Math.max(valueBytes, to - from);
  return `attribute ${JSON.stringify(key)} has ${bytes} bytes, more than ${limits.attributeBytes} (SPANHOUSE_MAX_ATTRIBUTE_BYTES)`;
}

export function describeMany(what: string, limits: SpanLimits): string {
  return `${what === 'span' ? 'it' : `its ${what}`} has more than ${limits.attributes} attributes (SPANHOUSE_MAX_ATTRIBUTES)`;
}

export function describeSize(bytes: number, limits: SpanLimits): string {
  return `has ${bytes} bytes, more than ${limits.spanBytes} (SPANHOUSE_MAX_SPAN_BYTES)`;
}

export function describeNesting(limits: SpanLimits): string {
  return `an attribute is nested deeper than ${limits.nesting} (SPANHOUSE_MAX_NESTING)`;
}
