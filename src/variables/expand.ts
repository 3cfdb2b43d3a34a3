import type { ScopedVars } from '@grafana/data';

/** Grafana's `templateSrv.replace`, of which only this is used. */
export type Replace = (
  text: string,
  scopedVars: ScopedVars | undefined,
  format: (value: unknown) => string,
) => string;

/** Text with variables → every text that it may stand for: one, or one for each value of a multi-value variable. */
export type Expand = (text: string) => readonly string[];

/** Cannot stand in what people type, so that a place-holder is never taken for text. */
const MARK = '\u0000';

export function createExpand(replace: Replace, scopedVars: ScopedVars | undefined): Expand {
  return (text) => {
    const found: (readonly string[])[] = [];
    const template = replace(text, scopedVars, (value) => `${MARK}${found.push(asTexts(value)) - 1}${MARK}`);
    return found.reduce<readonly string[]>(
      (texts, values, index) =>
        texts.flatMap((one) => values.map((value) => one.replace(`${MARK}${index}${MARK}`, () => value))),
      [template],
    );
  };
}

function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** What is no list takes the values side by side, as Grafana does it by itself. */
export function joined(expand: Expand): (text: string) => string {
  return (text) => expand(text).join(',');
}

export function holdsVariable(text: string): boolean {
  return /\$\w|\$\{|\[\[/.test(text);
}
