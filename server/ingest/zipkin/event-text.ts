import type { Attributes } from '../../span/attribute.ts';
import { type JsonBudget, parseJsonObject } from './json-value.ts';

const CLOSE_OBJECT = 0x7d;
const BAR = 0x7c;
const MAX_COUNT = 0xffff_ffff;
const MAX_COUNT_DIGITS = 10;

export interface EventText {
  readonly name: string;
  readonly attributes: Attributes;
  readonly dropped: number;
}

export interface LinkText {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: Attributes;
  readonly dropped: number;
}

/** One look at the end of an annotation's value: nearly every value is told by it to be a name and nothing else. */
export function mayHoldAttributes(source: Uint8Array, from: number, to: number): boolean {
  let at = to - 1;
  if (at < from) return false;
  if (source[at] === CLOSE_OBJECT) return true;
  while (at > from && to - at <= MAX_COUNT_DIGITS && isDigit(source[at]!)) at--;
  return at < to - 1 && source[at] === BAR && source[at - 1] === CLOSE_OBJECT;
}

/**
 * An event whose attributes its exporter wrote into an annotation's value: `name|{…}|dropped` by OpenTelemetry's
 * Collector, `"name":{…}`, `name: {…}` or `{"name": {…}}` by its libraries. Undefined if it is none of these: then it is a
 * name.
 */
export function parseEventText(text: string, budget: JsonBudget): EventText | undefined {
  return (
    parseBars(text, budget) ??
    parseQuoted(text, budget) ??
    parseUnquoted(text, budget) ??
    parseMember(text, budget)
  );
}

/** A link as the Collector writes it into a tag: `trace id|span id|trace state|{…}|dropped`. */
export function parseLinkText(text: string, budget: JsonBudget): LinkText | undefined {
  const traceEnd = text.indexOf('|');
  const spanEnd = text.indexOf('|', traceEnd + 1);
  if (traceEnd < 0 || spanEnd < 0) return undefined;
  const rest = parseBars(text.slice(spanEnd + 1), budget);
  if (rest === undefined) return undefined;
  const { name, attributes, dropped } = rest;
  const traceId = unquoted(text.slice(0, traceEnd));
  const spanId = unquoted(text.slice(traceEnd + 1, spanEnd));
  if (!/^[0-9a-f]{32}$/i.test(traceId) || !/^[0-9a-f]{16}$/i.test(spanId)) return undefined;
  return { traceId, spanId, traceState: name, attributes, dropped };
}

function parseBars(text: string, budget: JsonBudget): EventText | undefined {
  const nameEnd = text.indexOf('|{');
  const jsonEnd = text.lastIndexOf('}|');
  if (nameEnd < 0 || jsonEnd < nameEnd) return undefined;
  const count = text.slice(jsonEnd + 2);
  const dropped = /^\d{1,10}$/.test(count) ? Number(count) : Infinity;
  if (dropped > MAX_COUNT) return undefined;
  return withAttributes(text.slice(0, nameEnd), text.slice(nameEnd + 1, jsonEnd + 1), dropped, budget);
}

function parseQuoted(text: string, budget: JsonBudget): EventText | undefined {
  if (!text.startsWith('"')) return undefined;
  let end = 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const rest = text.slice(end + 1).trimStart();
  if (!rest.startsWith(':')) return undefined;
  const name = parseJsonObject(`{"":${text.slice(0, end + 1)}}`, budget)?.[0]?.value;
  return name?.type === 'string' ? withAttributes(name.value, rest.slice(1), 0, budget) : undefined;
}

function parseUnquoted(text: string, budget: JsonBudget): EventText | undefined {
  const brace = text.indexOf('{');
  const before = text.slice(0, Math.max(0, brace)).trimEnd();
  if (!before.endsWith(':')) return undefined;
  return withAttributes(before.slice(0, -1).trimEnd(), text.slice(brace), 0, budget);
}

function parseMember(text: string, budget: JsonBudget): EventText | undefined {
  if (!text.startsWith('{')) return undefined;
  const members = parseJsonObject(text, budget);
  if (members?.length !== 1) return undefined;
  const { key, value } = members[0]!;
  return value.type === 'map' ? { name: key, attributes: value.value, dropped: 0 } : undefined;
}

function withAttributes(
  name: string,
  json: string,
  dropped: number,
  budget: JsonBudget,
): EventText | undefined {
  const attributes = parseJsonObject(json, budget);
  return attributes === undefined ? undefined : { name, attributes, dropped };
}

function unquoted(text: string): string {
  return /^".*"$/.test(text) ? text.slice(1, -1) : text;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
