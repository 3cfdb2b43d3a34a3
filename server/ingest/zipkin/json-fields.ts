import { FieldNames } from '../../wire/field-names.ts';
import type { JsonReader } from '../../wire/json-reader.ts';
import type { EndpointDraft } from './endpoint-draft.ts';
import type { Nanos } from '../nanos.ts';

/** Readers of what the fields of both versions of Zipkin's JSON hold. */

export const QUOTE = 0x22;
const ZERO = 0x30;
const TWO_32 = 0x1_0000_0000;
/** As many digits as a double has, but for the last few numbers. */
const MAX_DIGITS = 16;
/** Number, then up to nanoseconds of what a sender adds behind the point. */
const DECIMAL = /^(-?)(\d{1,19})(?:\.(\d*))?$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

const ENDPOINT = new FieldNames([['serviceName'], ['ipv4'], ['ipv6'], ['port']]);

/** Microseconds, as a number or as a string of digits; nothing for null. */
export function readMicros(reader: JsonReader, what: string, nanos: Nanos): void {
  const isText = reader.peek() === QUOTE;
  const { bytes, at: begin } = reader;
  const from = isText ? begin + 1 : begin;
  let at = from;
  let micros = 0;
  for (; at < bytes.length; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) break;
    micros = micros * 10 + digit;
  }
  const isShort = at > from && at - from <= MAX_DIGITS && micros <= Number.MAX_SAFE_INTEGER;
  const ends = isText ? bytes[at] === QUOTE : bytes[from] !== ZERO && !goesOn(bytes[at] ?? 0);
  if (!isShort || !ends) {
    readLongMicros(reader, what, nanos);
    return;
  }
  reader.at = isText ? at + 1 : at;
  nanos.setMicros(micros % TWO_32, Math.floor(micros / TWO_32));
}

export function readEndpoint(reader: JsonReader, what: string, endpoint: EndpointDraft): void {
  if (!reader.openObject(what)) return;
  for (let first = true; reader.nextField(first); first = false) {
    const field = ENDPOINT.find(reader.source, reader.from, reader.to);
    if (field === 1) {
      reader.string('serviceName');
      endpoint.setService(reader.source, reader.from, reader.to);
    } else if (field === 2) {
      reader.string('ipv4');
      endpoint.setIpv4Text(reader.source, reader.from, reader.to);
    } else if (field === 3) {
      reader.string('ipv6');
      endpoint.setIpv6Text(reader.source, reader.from, reader.to);
    } else if (field === 4) endpoint.setPort(Number(reader.numeral('port')));
    else reader.skip();
  }
}

/** Every other way to write a number. */
function readLongMicros(reader: JsonReader, what: string, nanos: Nanos): void {
  const { at } = reader;
  const text = reader.numeral(what);
  if (text === '') nanos.clear();
  else nanos.setBigint(parseMicros(text) ?? refuse());

  function refuse(): never {
    throw reader.fault(`expected a number of microseconds for ${what}`, at);
  }
}

function parseMicros(text: string): bigint | undefined {
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) {
    const [, sign, whole, fraction = ''] = decimal;
    const nanos = BigInt(whole!) * 1000n + BigInt(fraction.slice(0, 3).padEnd(3, '0'));
    return sign === '' ? nanos : -nanos;
  }
  if (!NUMBER.test(text)) return undefined;
  const nanos = Math.round(Number(text) * 1000);
  if (Number.isFinite(nanos)) return BigInt(nanos);
  return nanos < 0 ? -1n : MAX_UINT64;
}

/** What in a number may stand behind its first digits. */
function goesOn(byte: number): boolean {
  return byte === 0x2e || byte === 0x2b || byte === 0x2d || (byte | 0x20) === 0x65;
}
