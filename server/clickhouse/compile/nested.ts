import type { NestedLevel } from '../../store/trace-store.ts';

/** What conditions read of an event or a link: the columns of `events` and `links`. */
export type NestedColumn = 'name' | 'time' | 'trace_id' | 'span_id' | 'trace_state' | 'attr' | 'attr_types';

/** All elements' values of a column, as an array. */
export function nestedColumn(level: NestedLevel, column: NestedColumn): string {
  return `${level}s.${column}`;
}

/** The value that the one element has which `some` means: the parameter of its lambda. */
export function elementColumn(level: NestedLevel, column: NestedColumn): string {
  return `${level}_${column}`;
}

/** Holds if there is an element for which the condition on its columns does. */
export function someElement(level: NestedLevel, columns: readonly NestedColumn[], condition: string): string {
  const names = columns.map((column) => elementColumn(level, column));
  const parameters = names.length === 1 ? names[0]! : `(${names.join(', ')})`;
  const arrays = columns.map((column) => nestedColumn(level, column));
  return `arrayExists(${parameters} -> ${condition}, ${arrays.join(', ')})`;
}
