import { parseDuration } from './duration.ts';
import { type Token, readTokens } from './filter-token.ts';
import {
  type Comparison,
  FIELDS,
  type FieldName,
  type FilterTree,
  type Holds,
  type Subject,
  WORDS,
  isFieldName,
} from './filter-tree.ts';
import { type FilterOperator, LEVELS } from './query.ts';
import { QueryError } from './query-error.ts';
import { printQuoted } from './quoted-text.ts';

/*
 * The filter that people type:
 *
 *   service = cart and duration > 100ms and (http.status_code in (500, 503) or not exists(user.id))
 *
 * A subject is a field (see FIELDS), or an attribute with or without a level (`resource.k8s.pod`); keys with odd letters,
 * and those that are called as a field is, stand in quotes (`span."odd key"`, `"name"`). A value in parentheses is any of
 * several. Regular expressions are RE2's and match from end to end.
 */

const KEYWORDS = new Set(['and', 'or', 'not', 'in', 'exists']);
const COMPARING = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'] as const;
const ORDERINGS: readonly FilterOperator[] = ['<', '<=', '>', '>='];
/** Of a JSON filter's depth, which the server limits too. */
const MAX_DEPTH = 30;

/** The tree of a text, undefined for an empty one. Throws QueryError with the place at which it stopped making sense. */
export function parseFilterText(text: string): FilterTree | undefined {
  const reader = new FilterTextReader(readTokens(text));
  return reader.whole();
}

class FilterTextReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): FilterTree | undefined {
    if (isEnd(this.#next)) return undefined;
    const tree = this.#alternatives();
    if (isEnd(this.#next)) return tree;
    throw this.#refusal(`"and", "or" or the end is expected, not ${shown(this.#next)}`);
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(): Token {
    const token = this.#next;
    if (!isEnd(token)) this.#at++;
    return token;
  }

  #alternatives(): FilterTree {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw this.#refusal(`it is more than ${MAX_DEPTH} parentheses deep`);
    const tree = this.#joined('or', ['or', '||'], () =>
      this.#joined('and', ['and', '&&'], () => this.#operand()),
    );
    this.#depth--;
    return tree;
  }

  #joined(kind: 'and' | 'or', words: readonly string[], operand: () => FilterTree): FilterTree {
    const start = this.#at;
    const of = [operand()];
    while (words.some((word) => isWord(this.#next, word))) {
      this.#at++;
      of.push(operand());
    }
    if (of.length === 1) return of[0]!;
    // Of a whole trace nothing can be asked but beside all the rest.
    if (kind === 'or') this.#refuseTraceDuration(start);
    return { kind, of };
  }

  #operand(): FilterTree {
    if (isWord(this.#next, '(')) return this.#group();
    if (isWord(this.#next, 'not')) return this.#negation();
    if (isWord(this.#next, 'exists')) return this.#existence('exists');
    return this.#comparison();
  }

  #group(): FilterTree {
    const start = this.#at;
    this.#at++;
    const tree = this.#alternatives();
    this.#expect(')');
    this.#refuseTraceDuration(start);
    return tree;
  }

  #negation(): FilterTree {
    const start = this.#at;
    this.#at++;
    if (isWord(this.#next, 'exists')) return this.#existence('not exists');
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw this.#refusal(`it is more than ${MAX_DEPTH} parentheses deep`);
    const of = this.#operand();
    this.#depth--;
    this.#refuseTraceDuration(start);
    return { kind: 'not', of };
  }

  #existence(operator: 'exists' | 'not exists'): FilterTree {
    this.#at++;
    const inParentheses = isWord(this.#next, '(');
    if (inParentheses) this.#at++;
    const { start } = this.#next;
    const subject = this.#subject();
    if (inParentheses) this.#expect(')');
    return this.#checked({ kind: 'comparison', subject, operator, values: [] }, start, []);
  }

  #comparison(): FilterTree {
    const { start } = this.#next;
    const subject = this.#subject();
    const operator = this.#operator();
    const isList = operator === 'in' || operator === 'not in';
    if (!isList && !isWord(this.#next, '(')) {
      const value = this.#value();
      return this.#checked({ kind: 'comparison', subject, operator, values: [value.text] }, start, [value]);
    }
    const values = this.#list();
    return this.#checked(
      {
        kind: 'comparison',
        subject,
        operator: this.#listOperator(operator),
        values: values.map(({ text }) => text),
      },
      start,
      values,
    );
  }

  /** `= (a, b)`, which a variable with several values leaves, means any of them. */
  #listOperator(operator: FilterOperator): 'in' | 'not in' {
    if (operator === 'in' || operator === '=') return 'in';
    if (operator === 'not in' || operator === '!=') return 'not in';
    throw this.#refusal(`${operator} takes one value, not a list`);
  }

  #operator(): FilterOperator {
    const token = this.#take();
    if (isWord(token, 'in')) return 'in';
    if (isWord(token, 'not') && isWord(this.#next, 'in')) {
      this.#at++;
      return 'not in';
    }
    const text = token.text === '==' ? '=' : token.text;
    const known = COMPARING.find((operator) => operator === text);
    if (token.kind === 'symbol' && known !== undefined) return known;
    this.#at -= isEnd(token) ? 0 : 1;
    throw this.#refusal(`an operator is expected (${COMPARING.join(' ')} in, not in), not ${shown(token)}`);
  }

  #list(): readonly Token[] {
    this.#expect('(');
    const values = [this.#value()];
    while (isWord(this.#next, ',')) {
      this.#at++;
      values.push(this.#value());
    }
    this.#expect(')');
    return values;
  }

  #value(): Token {
    const token = this.#next;
    if (token.kind === 'quoted' || (token.kind === 'word' && !isKeyword(token.text))) return this.#take();
    const hint = isEnd(token) ? '' : ': put it into quotes if it is meant';
    throw this.#refusal(`a value is expected, not ${shown(token)}${hint}`);
  }

  #subject(): Subject {
    const token = this.#next;
    if (token.kind === 'quoted') return { key: this.#key(this.#take()) };
    if (token.kind !== 'word' || isKeyword(token.text)) {
      throw this.#refusal(`a field or an attribute is expected, not ${shown(token)}`);
    }
    this.#at++;
    if (isFieldName(token.text)) return { field: token.text };
    const level = LEVELS.find((name) => token.text.startsWith(`${name}.`));
    if (level === undefined) return { key: token.text };
    const key = token.text.slice(level.length + 1);
    if (key !== '') return { key, level };
    if (this.#next.kind === 'quoted' && this.#next.start === token.end) {
      return { key: this.#key(this.#take()), level };
    }
    throw this.#refusal(`an attribute is expected behind "${token.text}"`);
  }

  #key({ text, start }: Token): string {
    if (text === '') throw new QueryError('the key of an attribute must not be empty', { position: start });
    return text;
  }

  #checked(comparison: Comparison, start: number, values: readonly Token[]): Comparison {
    const { subject, operator } = comparison;
    if (!('field' in subject)) return comparison;
    const flaw = operatorFlaw(subject.field, operator);
    if (flaw !== undefined) throw new QueryError(flaw, { position: start });
    for (const { text, start: position } of values) checkValue(subject.field, text, position);
    return comparison;
  }

  #expect(symbol: string): void {
    if (!isWord(this.#next, symbol)) throw this.#refusal(`"${symbol}" is expected, not ${shown(this.#next)}`);
    this.#at++;
  }

  #refuseTraceDuration(from: number): void {
    const token = this.#tokens
      .slice(from, this.#at)
      .find((candidate) => candidate.kind === 'word' && candidate.text === 'traceDuration');
    if (token === undefined) return;
    throw new QueryError(
      'traceDuration is of the whole trace: it can only stand beside all the rest, joined by "and"',
      { position: token.start },
    );
  }

  #refusal(message: string): QueryError {
    return new QueryError(message, { position: this.#next.start });
  }
}

function isEnd({ kind }: Token): boolean {
  return kind === 'end';
}

function isWord(token: Token, word: string): boolean {
  return token.kind !== 'quoted' && !isEnd(token) && token.text.toLowerCase() === word;
}

function isKeyword(text: string): boolean {
  return KEYWORDS.has(text.toLowerCase());
}

function shown(token: Token): string {
  return isEnd(token) ? 'the end' : JSON.stringify(token.text);
}

/** What an operator cannot ask of a field. */
export function operatorFlaw(field: FieldName, operator: FilterOperator): string | undefined {
  const { holds }: { readonly holds: Holds } = FIELDS[field];
  if (field === 'traceDuration' && !ORDERINGS.includes(operator)) {
    return `traceDuration is compared by ${ORDERINGS.join(', ')}, not by ${operator}`;
  }
  if ((operator === '=~' || operator === '!~') && holds !== 'text') {
    return `${field} holds no text: ${operator} cannot match it`;
  }
  if (ORDERINGS.includes(operator) && holds !== 'text' && holds !== 'duration') {
    return `${field} has no order: ${operator} cannot compare it`;
  }
  return undefined;
}

function checkValue(field: FieldName, value: string, position: number): void {
  // What a variable stands for is not known yet.
  if (/\$|\[\[/.test(value)) return;
  const { holds }: { readonly holds: Holds } = FIELDS[field];
  const words = WORDS[holds];
  if (words?.includes(value.toLowerCase()) === false) {
    throw new QueryError(`${field} is one of ${words.join(', ')}, not ${JSON.stringify(value)}`, {
      position,
    });
  }
  if (holds !== 'duration') return;
  try {
    parseDuration(value);
  } catch (thrown) {
    throw thrown instanceof QueryError ? new QueryError(thrown.message, { position }) : thrown;
  }
}

/** The text of a tree: parsing it makes the same tree. */
export function printFilterText(tree: FilterTree | undefined): string {
  return tree === undefined ? '' : print(tree);
}

function print(tree: FilterTree): string {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return tree.of.map((part) => printOperand(part)).join(` ${tree.kind} `);
    case 'not':
      return `not ${tree.of.kind === 'not' ? print(tree.of) : `(${print(tree.of)})`}`;
    case 'comparison':
      return printComparison(tree);
  }
}

function printOperand(tree: FilterTree): string {
  return tree.kind === 'and' || tree.kind === 'or' ? `(${print(tree)})` : print(tree);
}

function printComparison({ subject, operator, values }: Comparison): string {
  const name = printSubject(subject);
  if (operator === 'exists' || operator === 'not exists') return `${operator}(${name})`;
  if (operator === 'in' || operator === 'not in') {
    return `${name} ${operator} (${values.map(printValue).join(', ')})`;
  }
  return `${name} ${operator} ${printValue(values[0] ?? '')}`;
}

const PLAIN = /^[^\s()=<>,"'!~&|]+$/;

function printSubject(subject: Subject): string {
  if ('field' in subject) return subject.field;
  const { key, level } = subject;
  const isPlain = PLAIN.test(key) && !isKeyword(key);
  if (level !== undefined) return isPlain ? `${level}.${key}` : `${level}.${printQuoted(key)}`;
  return isPlain && !isFieldName(key) && !startsWithLevel(key) ? key : printQuoted(key);
}

function startsWithLevel(key: string): boolean {
  return LEVELS.some((level) => key.startsWith(`${level}.`));
}

/** Text that looks like text stands in quotes, numbers and durations do not. */
function printValue(value: string): string {
  return /^-?\d[\w.]*$/.test(value) || /^\$\w+$|^\$\{[\w.:]+\}$/.test(value) ? value : printQuoted(value);
}
