import { Fault } from '../../errors/fault.ts';
import type { GoQuery } from './go-query.ts';

/** The parameter as the parser has it; undefined where it is empty, as Go makes no difference. */
export function parseParam<T>(query: GoQuery, name: string, parse: (text: string) => T): T | undefined {
  const text = query.get(name);
  return text === '' ? undefined : explained(name, unableToParse(name), () => parse(text));
}

/** What a parser complains of, with what it was parsing. */
export function explained<T>(field: string, explain: (message: string) => string, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'invalid') throw thrown;
    throw new Fault('invalid', explain(thrown.message), { field });
  }
}

export function unableToParse(name: string): (message: string) => string {
  return (message) => `unable to parse param '${name}': ${message}`;
}
