import { crc32 } from 'node:zlib';

/*
 * How an event or a link that is a fact of the catalog says whose it is (ADR 008). All of this is stored, so it must never
 * change.
 *
 * `id`: sixteen bits of the trace, forty-eight of the content. So the fragments of a trace are one range of the key, and
 * one that is sent again is the same fact.
 * `version`: trace id and span id in hex; then of an event its time, 16 digits, of a link its flags, 8 digits, and the
 * linked ids, which may be of any length, with a hyphen between them.
 */

/**
 * Added to the stored flags of a span whose events and links may stand in the catalog: bit 31, which OpenTelemetry reserves
 * with all from the tenth on.
 */
export const APART = 0x8000_0000;

const PLACES = 0x1_0000;
export const TRACE_ID_DIGITS = 32;
/** Of both ids. */
export const OWNER_DIGITS = 48;
const FLAGS_DIGITS = 8;

/** What one place takes of the ids. */
export const PLACE_SIZE = 1n << 48n;

/** The place of a trace's fragments among the ids: `id` divided by the size of a place. */
export function placeOf(traceId: Uint8Array): number {
  return crc32(traceId) % PLACES;
}

/** The upper half of an id, of the place and of the upper half of the content's hash. */
export function idHigh(place: number, hashHigh: number): number {
  return (hashHigh % PLACES) + place * PLACES;
}

/** Of ids in hex. */
export function presentOwner(traceId: string, spanId: string): string {
  return traceId + spanId;
}

export function presentEventVersion(owner: string, timeLow: number, timeHigh: number): string {
  return owner + hex32(timeHigh) + hex32(timeLow);
}

export function presentLinkVersion(
  owner: string,
  flags: number,
  linkedTraceId: string,
  linkedSpanId: string,
): string {
  return `${owner}${hex32(flags)}${linkedTraceId}-${linkedSpanId}`;
}

/** The owner as `presentOwner` has it. */
export function ownerOf(version: string): string {
  return version.slice(0, OWNER_DIGITS);
}

export function eventTimeOf(version: string): bigint {
  return BigInt(`0x${version.slice(OWNER_DIGITS)}`);
}

export function linkedOf(version: string): {
  readonly flags: number;
  readonly traceId: string;
  readonly spanId: string;
} {
  const idsAt = OWNER_DIGITS + FLAGS_DIGITS;
  const [traceId = '', spanId = ''] = version.slice(idsAt).split('-');
  return { flags: Number.parseInt(version.slice(OWNER_DIGITS, idsAt), 16), traceId, spanId };
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
