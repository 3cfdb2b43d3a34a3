import type { Target, Variable } from '../../src/dashboards/dashboard.ts';

/** What the variables of a dashboard stand at, by their names. */
export type Values = Readonly<Record<string, string>>;

/** Of which nothing is typed at first, and then nothing is asked: here it stands at a trace. */
const TRACE_ID = 'traceId';
const A_TRACE = '5b8efff798038103d269b633813fc60c';

/** First what each variable stands at when the dashboard is opened, then each of the other choices. */
export function* eachChoice(variables: readonly Variable[]): Generator<Values> {
  const first = initialValues(variables);
  yield first;
  for (const { name, options } of variables.filter((variable) => variable.name !== TRACE_ID)) {
    for (const { value } of (options ?? []) as readonly { readonly value: string }[])
      yield { ...first, [name]: value };
  }
}

export function initialValues(variables: readonly Variable[], traceId = A_TRACE): Values {
  const values = variables.map((variable) => [variable.name, initialOf(variable)]);
  return { ...(Object.fromEntries(values) as Values), [TRACE_ID]: traceId };
}

function initialOf({ allValue, current }: Variable): string {
  const { value } = current === undefined ? { value: '' } : (current as { value?: string | string[] });
  if (Array.isArray(value)) return value[0] === '$__all' ? String(allValue) : JSON.stringify(value);
  return value ?? '';
}

/** The query as the backend gets it. */
export function filled(target: Target, values: Values): object {
  return JSON.parse(
    JSON.stringify(target).replace(/\$(\w+)/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
    }),
  ) as object;
}
