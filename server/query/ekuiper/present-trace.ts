import type { Attribute, AttributeValue, Attributes } from '../../span/attribute.ts';
import type { Span } from '../../span/span.ts';
import { goFloat, goString } from '../go/go-json.ts';
import { type Node, NONE, treeOf } from './span-tree.ts';

/** A span as text, up to its children. */
export interface ShownSpan extends Node {
  readonly opening: string;
}

/** By this attribute eKuiper says which rule a span is of. */
export const RULE_KEY = 'rule';
const NO_PARENT = '0000000000000000';
const CLOSING = ']}';

/** Span by span as it comes: nothing else of it is held until the tree is known. */
export function showSpan(span: Span): ShownSpan {
  const { spanId, parentSpanId, startNanos, durationNanos } = span;
  const attributes = presentAttributes(span.attributes);
  const opening = [
    `{"name":${goString(span.name)}`,
    `"traceID":"${span.traceId}"`,
    `"spanID":"${spanId}"`,
    `"parentSpanID":"${parentSpanId ?? NO_PARENT}"`,
    ...(attributes === '{}' ? [] : [`"attribute":${attributes}`]),
    ...(span.links.length === 0 ? [] : [`"links":[${span.links.map(presentLink).join(',')}]`]),
    `"startTime":"${presentTime(startNanos)}"`,
    `"endTime":"${presentTime(startNanos + durationNanos)}"`,
    `"ruleID":${goString(ruleOf(span.attributes))}`,
    '"ChildSpan":[',
  ].join(',');
  return { spanId, parentSpanId, opening };
}

/** One or more spans, by start, each within its parent. Not by recursion: a trace may be as deep as it is long. */
export function* presentTree(spans: readonly ShownSpan[]): Generator<string, void> {
  const { root, firstChild, nextSibling, parent } = treeOf(spans);
  let at = root;
  let comma = '';
  for (;;) {
    yield comma + spans[at]!.opening;
    comma = '';
    if (firstChild[at] !== NONE) {
      at = firstChild[at]!;
      continue;
    }
    yield CLOSING;
    while (at !== root && nextSibling[at] === NONE) {
      at = parent[at]!;
      yield CLOSING;
    }
    if (at === root) return;
    at = nextSibling[at]!;
    comma = ',';
  }
}

function presentLink({ traceId }: Span['links'][number]): string {
  return `{"TraceID":"${traceId}"}`;
}

const NANOS_PER_SECOND = 1_000_000_000n;

/** As Go writes a time in UTC: without zeros at the end of the fraction. */
function presentTime(nanos: bigint): string {
  const whole = new Date(Number(nanos / NANOS_PER_SECOND) * 1_000).toISOString().slice(0, -'.000Z'.length);
  const fraction = String(nanos % NANOS_PER_SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}

/** An attribute of another type names no rule. */
function ruleOf(attributes: Attributes): string {
  const value = attributes.findLast(({ key }) => key === RULE_KEY)?.value;
  return value?.type === 'string' ? value.value : '';
}

/** Go's maps hold a key once, the last of its values, and are written by key. */
function presentAttributes(attributes: readonly Attribute[]): string {
  const byKey = new Map(attributes.map(({ key, value }) => [key, value] as const));
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, value]) => `${goString(key)}:${presentValue(value)}`).join(',')}}`;
}

/** eKuiper's own spans have texts, numbers, truth values and lists of these; what it cannot have is as JSON has it. */
function presentValue(value: AttributeValue): string {
  switch (value.type) {
    case 'string':
      return goString(value.value);
    case 'bool':
    case 'int':
      return String(value.value);
    case 'double':
      return goFloat(value.value);
    case 'bytes':
      return `"${Buffer.from(value.value).toString('base64')}"`;
    case 'array':
      return `[${value.value.map(presentValue).join(',')}]`;
    case 'map':
      return presentAttributes(value.value);
    case 'empty':
      return 'null';
  }
}
