import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { expect } from 'vitest';
import type { Frame } from '../frames/frame.ts';
import { readable } from './canned-upstream.fixture.ts';

/** Compares frames with a file of JSON; UPDATE_GOLDEN=1 writes it instead. */
export function expectGoldenFrames(path: string, frames: readonly Frame[]): void {
  const json = `[\n${frames.map(lines).join(',\n')}\n]\n`;
  if (isUpdating()) writeFileSync(path, json);
  expect(existsSync(path), `${path} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
  expect(JSON.parse(json)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
}

interface FrameJson {
  readonly schema: { readonly fields: readonly object[] };
  readonly data: { readonly values: readonly unknown[]; readonly nanos?: readonly unknown[] };
}

/** A line for the frame and one for each of its columns, with what they hold. */
function lines(frame: Frame): string {
  const { schema, data } = readable(frame) as FrameJson;
  const { fields, ...rest } = schema;
  const columns = fields.map((field, at) =>
    JSON.stringify({
      ...field,
      values: data.values[at],
      ...(data.nanos?.[at] ? { nanos: data.nanos[at] } : {}),
    }),
  );
  return `{"frame":${JSON.stringify(rest)},"fields":[\n${columns.join(',\n')}\n]}`;
}

function isUpdating(): boolean {
  if (env['UPDATE_GOLDEN'] !== '1') return false;
  if (env['CI'] !== undefined) throw new Error('goldens are changed by people, not by CI');
  return true;
}
