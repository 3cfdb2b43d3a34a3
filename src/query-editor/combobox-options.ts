import type { ComboboxOption } from '@grafana/ui';

/** Longer lists are narrowed by typing. */
const MAX_OPTIONS = 200;

/** Dashboard variables first, then what the server knows, each once and only what contains the typed text. */
export function comboboxOptions(
  variables: readonly string[],
  known: readonly (string | ComboboxOption)[],
  typed: string,
): ComboboxOption[] {
  const wanted = typed.toLowerCase();
  const options = [
    ...variables.map((name) => ({ label: `$${name}`, value: `$${name}`, description: 'Dashboard variable' })),
    ...known.map((one) => (typeof one === 'string' ? { label: one, value: one } : one)),
  ];
  const found = new Map(
    options.filter(({ value }) => value.toLowerCase().includes(wanted)).map((one) => [one.value, one]),
  );
  return [...found.values()].slice(0, MAX_OPTIONS);
}
