import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Decode } from '../intake.ts';
import { decodeJsonV1 } from './decode-json-v1.ts';
import { decodeJsonV2 } from './decode-json-v2.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { decodeThriftV1 } from './decode-thrift-v1.ts';

/** Zipkin's four formats, by version and by the ending of their files. */
export const DECODERS: Readonly<Record<'v1' | 'v2', Readonly<Record<string, Decode>>>> = {
  v1: { json: decodeJsonV1, thrift: decodeThriftV1 },
  v2: { json: decodeJsonV2, pb: decodeProtobuf },
};

/** One body in both formats of its version; see the README of `testdata`. */
export interface CorpusCase {
  readonly name: string;
  /** Its two formats: bytes, and what reads them. */
  readonly bodies: readonly (readonly [ending: string, bytes: Buffer, decode: Decode])[];
  /** Where its golden rows are. */
  readonly rowsPath: string;
}

/** The folders are the lists of cases: a new one adds no code. */
export function readCorpus(): readonly CorpusCase[] {
  return (['v1', 'v2'] as const).flatMap((version) => {
    const folder = join(import.meta.dirname, 'testdata', version);
    const rows = '.rows.json';
    const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.endsWith(rows));
    return files.map((file): CorpusCase => {
      const name = file.slice(0, -'.json'.length);
      const bodies = Object.entries(DECODERS[version]).map(
        ([ending, decode]) => [ending, readFileSync(join(folder, `${name}.${ending}`)), decode] as const,
      );
      return { name: `${version}/${name}`, bodies, rowsPath: join(folder, name + rows) };
    });
  });
}
