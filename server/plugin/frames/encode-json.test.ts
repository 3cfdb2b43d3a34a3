import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeJson } from './encode-json.ts';
import { FRAMES } from './frames.fixture.ts';

/** Integers beyond what JavaScript holds are part of the text: so they are compared as text. */
function parsed(json: string): unknown {
  return JSON.parse(json.replace(/(?<=[[,])-?\d{16,}(?=[\],])/g, '"$&"'));
}

/** What Grafana's own reader made of the same frame in Arrow, and its own writer then wrote. */
test.each(Object.entries(FRAMES))('%s: as Grafana writes it', (name, frame) => {
  const golden = readFileSync(join(import.meta.dirname, 'testdata', `${name}.json`), 'utf8');
  expect(parsed(Buffer.from(encodeJson(frame)).toString())).toEqual(parsed(golden));
});

describe('times before 1970', () => {
  test.each<[bigint, number, number]>([
    [-1n, -1, 999_999],
    [-1_000_000n, -1, 0],
    [-1_500_001n, -2, 499_999],
  ])('%d ns', (nanos, ms, rest) => {
    const fields = [{ name: 't', type: 'time', nullable: false, values: [nanos] }] as const;
    expect(JSON.parse(Buffer.from(encodeJson({ name: 'f', fields })).toString())).toMatchObject({
      data: { values: [[ms]], ...(rest === 0 ? {} : { nanos: [[rest]] }) },
    });
  });
});
