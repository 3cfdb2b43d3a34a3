/** What a scenario found: shown as a table, written as JSON. Names end in their unit. */
export interface Figures {
  readonly [name: string]: Figure;
}
export type Figure = number | string | Figures | readonly Figures[];

/** Figures for a person, one a line; figures within figures are set in. */
export function presentFigures(figures: Figures, indent = ''): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  return Object.entries(figures)
    .map(([name, figure]) => presentFigure(name.padEnd(width), figure, indent))
    .join('\n');
}

function presentFigure(name: string, figure: Figure, indent: string): string {
  if (typeof figure === 'number') return `${indent}${name}  ${presentNumber(figure)}`;
  if (typeof figure === 'string') return `${indent}${name}  ${figure}`;
  const inner = `${indent}  `;
  if (isList(figure)) {
    return [`${indent}${name.trimEnd()}`, ...figure.map((row) => inner + presentRow(row))].join('\n');
  }
  return `${indent}${name.trimEnd()}\n${presentFigures(figure, inner)}`;
}

function presentRow(row: Figures): string {
  const cells = Object.entries(row).map(([name, figure]) =>
    typeof figure === 'string' ? figure.padEnd(44) : `${name} ${presentNumber(Number(figure)).padStart(8)}`,
  );
  return cells.join('  ');
}

function presentNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

function isList(figure: Figures | readonly Figures[]): figure is readonly Figures[] {
  return Array.isArray(figure);
}
