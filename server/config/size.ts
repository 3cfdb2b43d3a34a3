import { Fault } from '../errors/fault.ts';

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const SIZE = /^(\d+(?:\.\d+)?)(|B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;

/** Bytes in a size such as `64MiB`, `1GB` or a plain number of bytes. */
export function parseSize(text: string): number {
  const [, amount, unit] = SIZE.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new Fault(
      'invalid',
      'must be a number of bytes, or one with a unit such as kB, MB, GB, KiB, MiB, GiB',
    );
  }
  return Math.round(Number(amount) * UNIT_BYTES[unit]!);
}
