import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decodeNative } from '../columns/native-reader.ts';
import { type Column, columnStructure } from '../columns/span-columns.ts';
import type { Call } from '../store/trace-store.ts';
import {
  COPIED_TABLES,
  type CopiedTable,
  type CopyRange,
  compileColumns,
  compileCopiedRows,
  compileCopyLoad,
  compileSizes,
  hasPlaces,
} from './compile/copy.ts';
import type { Engine } from './engine/engine.ts';

/** Rows copied as one: large enough to be cheap, small enough to lose little when it is interrupted. */
const RANGE_ROWS = 200_000;

/** A range with how many rows it has. */
export interface CopyStep extends CopyRange {
  /** The same for the same range of the same store. */
  readonly name: string;
  readonly rows: number;
}

export interface CopyOptions {
  readonly from: Engine;
  readonly to: Engine;
  /** Tells this store from others whose rows went to the same server. */
  readonly storeId: string;
  /** For one range at a time. */
  readonly scratchDirectory: string;
}

/** What a copy consists of, in order. The store must not change until it is done. */
export async function planCopy(from: Engine, call: Call): Promise<CopyStep[]> {
  const plans = [];
  for (const table of COPIED_TABLES) plans.push(planTable(table, await from.read(compileSizes(table), call)));
  return plans.flat();
}

/** Copies one range. To be interrupted and made again is harmless: the server knows the range by its token. */
export async function copyStep(options: CopyOptions, step: CopyStep, call: Call): Promise<void> {
  const { from, to, storeId, scratchDirectory } = options;
  const columns = await readColumns(from, step.table, call);
  const names = columns.map(({ name }) => name);
  const path = join(scratchDirectory, `${step.name}.native`);
  try {
    await pipeline(Readable.from(from.stream(compileCopiedRows(step, names), call)), createWriteStream(path));
    await to.load(
      (source) => compileCopyLoad(step.table, names, `${storeId}-copy-${step.name}`, source),
      { path, structure: columnStructure(columns) },
      call,
    );
  } finally {
    await rm(path, { force: true });
  }
}

async function readColumns(engine: Engine, table: CopiedTable, call: Call): Promise<Column[]> {
  const blocks = decodeNative(await engine.read(compileColumns(table), call));
  return blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => ({
      name: block.column('name').text(row),
      type: block.column('type').text(row),
    })),
  );
}

interface Size {
  readonly day: number;
  readonly place: number;
  readonly rows: number;
}

function planTable(table: CopiedTable, sizes: Uint8Array): CopyStep[] {
  const steps: CopyStep[] = [];
  let open: { day: number; from: number; to: number; rows: number } | undefined;
  const close = (): void => {
    if (open !== undefined) steps.push(stepOf(table, open));
    open = undefined;
  };
  for (const { day, place, rows } of decodeSizes(sizes)) {
    if (open !== undefined && (open.day !== day || open.rows + rows > RANGE_ROWS)) close();
    open = { day, from: open?.from ?? place, to: place, rows: (open?.rows ?? 0) + rows };
  }
  close();
  return steps;
}

function stepOf(
  table: CopiedTable,
  {
    day,
    from,
    to,
    rows,
  }: { readonly day: number; readonly from: number; readonly to: number; readonly rows: number },
): CopyStep {
  if (!hasPlaces(table)) return { table, expires: day, rows, name: `${table}-${day}` };
  return { table, expires: day, places: { from, to }, rows, name: `${table}-${day}-${from}-${to}` };
}

function decodeSizes(bytes: Uint8Array): Size[] {
  return decodeNative(bytes).flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => ({
      day: block.column('day').number(row),
      place: block.column('place').number(row),
      rows: block.column('n').number(row),
    })),
  );
}
