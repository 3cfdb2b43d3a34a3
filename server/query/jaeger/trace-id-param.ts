import { Fault } from '../../errors/fault.ts';
import type { TraceId } from '../../span/span.ts';
import { goQuote } from '../go/go-params.ts';

const MAX_HEX_BYTES = 32;
const LOW_DIGITS = 16;
/** Sixteen bytes in base64. */
const MAX_BASE64_BYTES = 24;

/** In the order in which Jaeger tries them; the first that decodes decides. */
const BASE64_FORMS = [
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$/,
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3})?$/,
  /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/,
];

/** 1 to 32 hex digits of any case; up to 16 are the low half. Throws Fault `invalid` in Go's words. */
export function parseHexTraceId(text: string): TraceId {
  if (Buffer.byteLength(text) > MAX_HEX_BYTES) {
    throw invalid(`TraceID cannot be longer than ${MAX_HEX_BYTES} hex characters: ${text}`);
  }
  const bad = halvesOf(text).find((half) => !/^[0-9a-fA-F]+$/.test(half));
  if (bad !== undefined) throw invalid(`strconv.ParseUint: parsing ${goQuote(bad)}: invalid syntax`);
  return text.toLowerCase().padStart(MAX_HEX_BYTES, '0') as TraceId;
}

/** Hex, or else base64 of 8 or 16 bytes, as protobuf's JSON writes it. */
export function parseTraceId(text: string): TraceId {
  try {
    return parseHexTraceId(text);
  } catch (refusal) {
    const isBase64 = BASE64_FORMS.some((form) => form.test(text));
    if (Buffer.byteLength(text) > MAX_BASE64_BYTES || !isBase64) throw refusal;
    const hex = Buffer.from(text, 'base64').toString('hex');
    if (hex.length !== LOW_DIGITS && hex.length !== MAX_HEX_BYTES) {
      throw invalid('invalid length for TraceID');
    }
    return hex.padStart(MAX_HEX_BYTES, '0') as TraceId;
  }
}

/** As Go parses them, the high one first. */
function halvesOf(text: string): readonly string[] {
  return text.length > LOW_DIGITS ? [text.slice(0, -LOW_DIGITS), text.slice(-LOW_DIGITS)] : [text];
}

function invalid(message: string): Fault {
  return new Fault('invalid', message, { field: 'traceID' });
}
