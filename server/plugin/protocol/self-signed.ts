import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface SelfSigned {
  readonly der: Buffer;
  readonly certPem: string;
  readonly keyPem: string;
}

const NAME = 'localhost';
/** Clocks of the two sides may differ. */
const EARLIER_MS = 3_600_000;
/** Far longer than a process runs. */
const VALID_MS = 10 * 365 * 86_400_000;

/** A certificate for `localhost` that this process alone holds: Node makes keys and signatures, but no certificates. */
export function createSelfSigned(nowMs = Date.now()): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    NAME_OF_LOCALHOST,
    sequence(time(nowMs - EARLIER_MS), time(nowMs + VALID_MS)),
    NAME_OF_LOCALHOST,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(ALTERNATIVE_NAME, CERTIFICATE_AUTHORITY, KEY_USAGE)),
  );
  const der = sequence(body, ECDSA_WITH_SHA256, bitString(sign('sha256', body, privateKey)));
  return {
    der,
    certPem: pemOf(der),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** DER: a tag, the length of what follows, and that. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const octets = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, 0x80 | octets.length, ...octets]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function explicit(number: number, content: Buffer): Buffer {
  return tagged(0xa0 | number, content);
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return tagged(0x03, Buffer.from([unusedBits]), bytes);
}

function octetString(bytes: Buffer): Buffer {
  return tagged(0x04, bytes);
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

/** GeneralizedTime is for 2050 and later alone. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isLate = Number(text.slice(0, 4)) >= 2050;
  return isLate ? tagged(0x18, Buffer.from(text)) : tagged(0x17, Buffer.from(text.slice(2)));
}

/** Positive, and without a leading zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}

const ECDSA_WITH_SHA256 = sequence(objectId('2a8648ce3d040302'));
const NAME_OF_LOCALHOST = sequence(
  tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(NAME)))),
);
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
/** subjectAltName with one dNSName. */
const ALTERNATIVE_NAME = sequence(objectId('551d11'), octetString(sequence(tagged(0x82, Buffer.from(NAME)))));
/** The host puts the certificate itself among its authorities. */
const CERTIFICATE_AUTHORITY = sequence(objectId('551d13'), TRUE, octetString(sequence(TRUE)));
/** digitalSignature and keyCertSign. */
const KEY_USAGE = sequence(objectId('551d0f'), TRUE, octetString(bitString(Buffer.from([0x84]), 2)));

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
