import { LAYOUTS } from '../layouts/layout.ts';
import { benchLayouts } from '../layouts/layouts.ts';
import type { LayoutResult } from '../layouts/measure-layout.ts';
import type { Shape } from '../traffic/shape.ts';
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
  const loads = options.loads.length > 0 ? options.loads.map(layoutLoad) : (['first'] as const);
  return { results: await benchLayouts({ spans, layouts, loads, runs }) };
}

/** The tables that are compared have no place for events and links. */
function layoutLoad(name: Shape['name']): 'first' | 'second' {
  if (name !== 'third') return name;
  throw new Error('--load is "third", but must be first or second for layouts');
}
