import { LAYOUTS } from '../layouts/layout.ts';
import { benchLayouts } from '../layouts/layouts.ts';
import type { LayoutResult } from '../layouts/measure-layout.ts';
import type { BenchOptions } from './scenario.ts';

const SPANS = 10_000_000;
const RUNS = 20;

export const LAYOUTS_SAY =
  'ways to lay the spans out in the engine, one difference at a time (docs/adr/001-schema.md)';

/** Compares tables, not the product: prints each layout by itself, as soon as it is measured. */
export async function compareLayouts(
  options: BenchOptions,
): Promise<{ readonly results: readonly LayoutResult[] }> {
  const { spans = SPANS, runs = RUNS, layouts } = options;
  const unknown = layouts.filter((name) => !(name in LAYOUTS));
  if (unknown.length > 0) {
    throw new Error(`no such layout: ${unknown.join(', ')}; there are ${Object.keys(LAYOUTS).join(', ')}`);
  }
  const loads = options.loads.length > 0 ? options.loads : (['first'] as const);
  return { results: await benchLayouts({ spans, layouts, loads, runs }) };
}
