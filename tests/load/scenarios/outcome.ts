import type { Figures } from '../figures.ts';

/** What a scenario found: shown as tables, written as JSON. */
export interface Outcome {
  /** Under which the figures were had. */
  readonly conditions: Figures;
  readonly tables: readonly Table[];
}

export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Cells by the names of their columns; every row of a table has the same ones. */
export type Row = Readonly<Record<string, string | number>>;

/** What section 3 of the performance notes asks for: at most so much, or at least where the stretch is the larger one. */
export interface Goal {
  readonly budget: number;
  readonly stretch?: number;
}

/** A row of a table of single figures. */
export function figure(name: string, measured: number, unit: string, goal?: Goal): Row {
  return {
    figure: name,
    measured,
    unit,
    budget: goal?.budget ?? '',
    stretch: goal?.stretch ?? '',
    reached: reached(measured, goal),
  };
}

/** The hardest of the goals that was reached, in a word. */
export function reached(measured: number, goal: Goal | undefined): 'stretch' | 'budget' | 'missed' | '' {
  if (goal === undefined) return '';
  const { budget, stretch } = goal;
  const sign = stretch !== undefined && stretch > budget ? -1 : 1;
  if (stretch !== undefined && sign * measured <= sign * stretch) return 'stretch';
  return sign * measured <= sign * budget ? 'budget' : 'missed';
}

/** A table as people read it: columns aligned, numbers to the right. */
export function presentTable({ title, rows }: Table): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => presentCell(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  const isNumber = columns.map((column) => rows.some((row) => typeof row[column] === 'number'));
  const present = (line: readonly string[]): string =>
    line.map((cell, at) => (isNumber[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join('  ');
  const [head, ...body] = lines.map(present);
  return [`\n${title}`, head, '─'.repeat(head!.length), ...body].join('\n');
}

/** Three digits that mean something. */
function presentCell(value: string | number): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toPrecision(3);
}
