import { Bytes } from '../../wire/bytes.ts';
import type { SpanOrigin } from '../span-origin.ts';
import { LETTER } from '../value-text.ts';

const SERVICE_NAME = Buffer.from('service.name');
/** What OpenTelemetry's Collector writes for the service of a span that has none. */
const NO_SERVICE = Buffer.from('OTLPResourceNoServiceName');

/**
 * The resource of one span after the other: the service of its local endpoint and those tags that tell who made the span.
 * They are kept as bytes until the span ends, and told only if they are not those of the span before.
 */
export class SpanResource {
  readonly #origin: SpanOrigin;
  /** Of each tag the letter, the key and the value, the latter two with their lengths; then 0 and the service. */
  #told = new Bytes(256);
  /** Empty before the first span, which nothing that is told ever is. */
  #toldBefore = new Bytes(256);
  #tagsEnd = 0;
  #namesService = false;

  constructor(origin: SpanOrigin) {
    this.#origin = origin;
  }

  openSpan(): void {
    this.#told.length = 0;
    this.#namesService = false;
  }

  put(
    keySource: Uint8Array,
    keyFrom: number,
    keyTo: number,
    letter: number,
    source: Uint8Array,
    from: number,
    to: number,
  ): void {
    const told = this.#told;
    told.byte(letter);
    told.lengthPrefixed(keySource, keyFrom, keyTo);
    told.lengthPrefixed(source, from, to);
    this.#namesService ||= equals(SERVICE_NAME, keySource, keyFrom, keyTo);
  }

  /** Opens and closes the resource, unless it is open already: false then. The range is the endpoint's service. */
  closeSpan(source: Uint8Array, from: number, to: number): boolean {
    const told = this.#told;
    const before = this.#toldBefore;
    this.#tagsEnd = told.length;
    told.byte(0);
    // OpenTelemetry's exporters put the resource among the tags; Zipkin's libraries change the case of an endpoint's name.
    if (!this.#namesService && !equals(NO_SERVICE, source, from, to)) told.copy(source, from, to);
    if (told.length === before.length && startsWith(told.data, before.data, 0, told.length)) return false;
    this.#tell();
    this.#told = before;
    this.#toldBefore = told;
    return true;
  }

  #tell(): void {
    const origin = this.#origin;
    const { resource } = origin;
    const { data, length } = this.#told;
    const end = this.#tagsEnd;
    origin.openResource();
    if (length > end + 1)
      resource.put(SERVICE_NAME, 0, SERVICE_NAME.length, LETTER.string, data, end + 1, length);
    for (let at = 0; at < end;) {
      const letter = data[at]!;
      const [keyFrom, keyTo] = prefixedRange(data, at + 1);
      const [from, to] = prefixedRange(data, keyTo);
      resource.put(data, keyFrom, keyTo, letter, data, from, to);
      at = to;
    }
    origin.closeResource();
  }
}

/** Where the text lies whose length is written at `at`. */
function prefixedRange(data: Uint8Array, at: number): readonly [number, number] {
  let length = 0;
  let next = at;
  for (let weight = 1; ; weight *= 0x80) {
    const byte = data[next++]!;
    length += (byte & 0x7f) * weight;
    if (byte < 0x80) return [next, next + length];
  }
}

function equals(text: Uint8Array, source: Uint8Array, from: number, to: number): boolean {
  return to - from === text.length && startsWith(text, source, from, text.length);
}

function startsWith(text: Uint8Array, source: Uint8Array, from: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (source[from + index] !== text[index]) return false;
  return true;
}
