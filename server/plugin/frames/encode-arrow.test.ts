import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { encodeArrow } from './encode-arrow.ts';
import { FRAMES } from './frames.fixture.ts';

/**
 * The files in `testdata/` were read by Grafana's own reader, `data.UnmarshalArrowFrame` of grafana-plugin-sdk-go, and what
 * it made of them is the JSON beside them, with which `encode-json.test.ts` compares. Whoever writes them anew, with
 * UPDATE_GOLDEN=1, has to have them read again.
 */
test.each(Object.entries(FRAMES))('%s: the bytes that Grafana reads', (name, frame) => {
  const path = join(import.meta.dirname, 'testdata', `${name}.arrow`);
  const bytes = Buffer.from(encodeArrow(frame));
  if (env['UPDATE_GOLDEN'] === '1' && env['CI'] === undefined) writeFileSync(path, bytes);
  expect(bytes.equals(readFileSync(path))).toBe(true);
});

test.each(Object.entries(FRAMES))('%s: a file, with its magic at both ends', (_name, frame) => {
  const bytes = Buffer.from(encodeArrow(frame));
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('ARROW1\0\0');
  expect(bytes.subarray(-6).toString('latin1')).toBe('ARROW1');
});

/** Dictionaries, large text and the rest would make Grafana refuse the whole answer. */
const ARROW_TYPES = {
  string: 'Utf8',
  int64: 'Int64',
  float64: 'Float64',
  boolean: 'Bool',
  time: 'Timestamp<NANOSECOND>',
  json: 'Binary',
};

test.each(Object.entries(FRAMES))('%s: only types that Grafana takes', (_name, frame) => {
  const { schema } = tableFromIPC(encodeArrow(frame));
  expect(schema.fields.map(({ type, nullable }) => [String(type), nullable])).toEqual(
    frame.fields.map(({ type, nullable }) => [ARROW_TYPES[type], nullable]),
  );
});

test('halves of a character stay apart', () => {
  const fields = [
    { name: 'a', type: 'string', nullable: false, values: ['x\ud83d', '\ude00y', 'z'] },
  ] as const;
  const column = tableFromIPC(encodeArrow({ name: 'f', fields })).getChild('a')!;
  expect(column.toArray()).toEqual(['x\ufffd', '\ufffdy', 'z']);
});

describe('a mistake of ours is not sent', () => {
  test('columns of different length', () => {
    const fields = [
      { name: 'a', type: 'string', nullable: false, values: ['x'] },
      { name: 'b', type: 'int64', nullable: false, values: [] },
    ] as const;
    expect(() => encodeArrow({ name: 'f', fields })).toThrow(
      'frame "f": the column "b" has 0 rows, the first one 1',
    );
  });

  test('a null where none may be', () => {
    const fields = [{ name: 'a', type: 'time', nullable: false, values: [null] }] as const;
    expect(() => encodeArrow({ name: 'f', fields })).toThrow(
      'frame "f": the column "a" holds a null and is not nullable',
    );
  });
});
