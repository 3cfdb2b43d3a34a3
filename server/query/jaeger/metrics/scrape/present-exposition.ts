/** Lines of Prometheus's text format, made as they are taken. */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** After the family's name. */
  readonly suffix?: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'histogram';
  readonly help: string;
}

export function* presentFamily({ name, type, help }: Family, samples: Iterable<Sample>): Generator<string> {
  yield `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  for (const { suffix = '', labels, value } of samples) {
    yield `${name}${suffix}{${presentLabels(labels)}} ${value}\n`;
  }
}

/** A line for people: scrapers pass over it. */
export function presentComment(text: string): string {
  return `# ${text}\n`;
}

/** The samples of one histogram: cumulative counts at the bounds and past them, the sum and the count. */
export function* histogramSamples(
  labels: Labels,
  bounds: readonly number[],
  {
    atMost,
    sum,
    count,
  }: { readonly atMost: readonly number[]; readonly sum: number; readonly count: number },
): Generator<Sample> {
  for (const [at, bound] of bounds.entries()) {
    yield { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: atMost[at] ?? 0 };
  }
  yield { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count };
  yield { suffix: '_sum', labels, value: sum };
  yield { suffix: '_count', labels, value: count };
}

function presentLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}
