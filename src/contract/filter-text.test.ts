import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Comparison,
  FIELDS,
  type FieldName,
  type FilterTree,
  type Subject,
  SPAN_KINDS,
  STATUSES,
} from './filter-tree.ts';
import { operatorFlaw, parseFilterText, printFilterText } from './filter-text.ts';
import { LEVELS, OPERATORS } from './query.ts';

const compare = (subject: Subject, operator: Comparison['operator'], ...values: string[]): FilterTree => ({
  kind: 'comparison',
  subject,
  operator,
  values,
});
const and = (...of: FilterTree[]): FilterTree => ({ kind: 'and', of });
const or = (...of: FilterTree[]): FilterTree => ({ kind: 'or', of });
const not = (of: FilterTree): FilterTree => ({ kind: 'not', of });

const A = compare({ key: 'a' }, '=', '1');
const B = compare({ key: 'b' }, '=', '2');
const C = compare({ key: 'c' }, '=', '3');

describe('is read', () => {
  test.each<[string, FilterTree | undefined]>([
    ['', undefined],
    ['  \n', undefined],
    ['service = "cart"', compare({ field: 'service' }, '=', 'cart')],
    ['service=cart', compare({ field: 'service' }, '=', 'cart')],
    ['service == cart', compare({ field: 'service' }, '=', 'cart')],
    ['duration > 100ms', compare({ field: 'duration' }, '>', '100ms')],
    ['traceDuration <= 1h30m', compare({ field: 'traceDuration' }, '<=', '1h30m')],
    ['http.status_code = 500', compare({ key: 'http.status_code' }, '=', '500')],
    ['temperature < -1.5e3', compare({ key: 'temperature' }, '<', '-1.5e3')],
    ['resource.k8s.pod =~ "web-.*"', compare({ key: 'k8s.pod', level: 'resource' }, '=~', 'web-.*')],
    ['span."odd key" != x', compare({ key: 'odd key', level: 'span' }, '!=', 'x')],
    ['"odd key" !~ x', compare({ key: 'odd key' }, '!~', 'x')],
    ['"name" = x', compare({ key: 'name' }, '=', 'x')],
    ['span.name = x', compare({ key: 'name', level: 'span' }, '=', 'x')],
    ['event:name = exception', compare({ field: 'event:name' }, '=', 'exception')],
    ['kind = SERVER', compare({ field: 'kind' }, '=', 'SERVER')],
    ['status in (error, ok)', compare({ field: 'status' }, 'in', 'error', 'ok')],
    ['a in ("x y",z)', compare({ key: 'a' }, 'in', 'x y', 'z')],
    ['a NOT IN (x)', compare({ key: 'a' }, 'not in', 'x')],
    ['a = (x, y)', compare({ key: 'a' }, 'in', 'x', 'y')],
    ['a != (x, y)', compare({ key: 'a' }, 'not in', 'x', 'y')],
    ['exists(user.id)', compare({ key: 'user.id' }, 'exists')],
    ['exists user.id', compare({ key: 'user.id' }, 'exists')],
    ['not exists(user.id)', compare({ key: 'user.id' }, 'not exists')],
    ['not (exists(user.id))', not(compare({ key: 'user.id' }, 'exists'))],
    ['not a = 1', not(A)],
    ['not not a = 1', not(not(A))],
    ['a = 1 and b = 2 and c = 3', and(A, B, C)],
    ['a = 1 && b = 2 || c = 3', or(and(A, B), C)],
    ['a = 1 or b = 2 and c = 3', or(A, and(B, C))],
    ['(a = 1 or b = 2) and c = 3', and(or(A, B), C)],
    ['(a = 1 and b = 2) and c = 3', and(and(A, B), C)],
    ['not a = 1 and b = 2', and(not(A), B)],
    ['not (a = 1 and b = 2)', not(and(A, B))],
    ['a = "and"', compare({ key: 'a' }, '=', 'and')],
    ['url = https://x/y?z', compare({ key: 'url' }, '=', 'https://x/y?z')],
    ['kind = $kind and duration > ${min} and service = [[svc]]', and(compare({ field: 'kind' }, '=', '$kind'), compare({ field: 'duration' }, '>', '${min}'), compare({ field: 'service' }, '=', '[[svc]]'))],
    [String.raw`a = "\"\u00e4\n\q"`, compare({ key: 'a' }, '=', '"ä\nq')],
  ])('%s', (text, tree) => {
    expect(parseFilterText(text)).toEqual(tree);
  }); // prettier-ignore
});

describe('is refused where it is wrong', () => {
  const operators = 'an operator is expected (= != < <= > >= =~ !~ in, not in), not';
  const apart = 'traceDuration is of the whole trace: it can only stand beside all the rest, joined by "and"';
  test.each<[string, number, string]>([
    ['service', 7, `${operators} the end`],
    ['a b', 2, `${operators} "b"`],
    ['a not b', 2, `${operators} "not"`],
    ['a =', 3, 'a value is expected, not the end'],
    ['a = and b = 1', 4, 'a value is expected, not "and": put it into quotes if it is meant'],
    ['a = )', 4, 'a value is expected, not ")": put it into quotes if it is meant'],
    ['a = 1 b = 2', 6, '"and", "or" or the end is expected, not "b"'],
    ['a = 1 and', 9, 'a field or an attribute is expected, not the end'],
    ['and', 0, 'a field or an attribute is expected, not "and"'],
    ['(a = 1', 6, '")" is expected, not the end'],
    ['a = 1)', 5, '"and", "or" or the end is expected, not ")"'],
    ['a in x', 5, '"(" is expected, not "x"'],
    ['a in ()', 6, 'a value is expected, not ")": put it into quotes if it is meant'],
    ['a in (x', 7, '")" is expected, not the end'],
    ['a < (1, 2)', 10, '< takes one value, not a list'],
    ['a = "x', 4, 'a quote is never closed'],
    ['a ~ x', 2, '"~" means nothing here: put what it belongs to into quotes'],
    ['a = 1 & b = 2', 6, '"&" means nothing here: put what it belongs to into quotes'],
    ['span. = 1', 6, 'an attribute is expected behind "span."'],
    ['span. "k" = 1', 6, 'an attribute is expected behind "span."'],
    ['"" = 1', 0, 'the key of an attribute must not be empty'],
    ['exists(', 7, 'a field or an attribute is expected, not the end'],
    ['a = 1 and kind = x', 17, 'kind is one of unspecified, internal, server, client, producer, consumer, not "x"'],
    ['status in (ok, bad)', 15, 'status is one of unset, ok, error, not "bad"'],
    ['kind =~ "s.*"', 0, 'kind holds no text: =~ cannot match it'],
    ['status < error', 0, 'status has no order: < cannot compare it'],
    ['duration > 5', 11, '"5" is no duration: it must be a number with a unit, such as 1.2s, 100ms, 500us or 1h30m'],
    ['duration =~ 5s', 0, 'duration holds no text: =~ cannot match it'],
    ['traceDuration = 5s', 0, 'traceDuration is compared by <, <=, >, >=, not by ='],
    ['a = 1 or traceDuration > 5s', 9, apart],
    ['not traceDuration > 5s', 4, apart],
    ['a = 1 and (b = 2 and traceDuration > 5s)', 21, apart],
    [`${'('.repeat(31)}a = 1${')'.repeat(31)}`, 30, 'it is more than 30 parentheses deep'],
    [`${'not '.repeat(31)}a = 1`, 120, 'it is more than 30 parentheses deep'],
  ])('%s', (text, position, message) => {
    expect(() => parseFilterText(text)).toThrow(expect.objectContaining({ message, position }));
  }); // prettier-ignore
});

test.each<[FilterTree | undefined, string]>([
  [undefined, ''],
  [compare({ field: 'service' }, '=', 'cart'), 'service = "cart"'],
  [compare({ key: 'a' }, '>=', '5'), 'a >= 5'],
  [compare({ key: 'a' }, '=', '$x'), 'a = $x'],
  [compare({ field: 'duration' }, '<', '100ms'), 'duration < 100ms'],
  [compare({ key: 'a', level: 'event' }, 'not in', 'x', '5'), 'event.a not in ("x", 5)'],
  [compare({ key: 'in' }, 'not exists'), 'not exists("in")'],
  [compare({ key: 'resource.a' }, 'exists'), 'exists("resource.a")'],
  [not(and(A, or(B, C))), 'not (a = 1 and (b = 2 or c = 3))'],
  [not(A), 'not (a = 1)'],
])('%j prints as %s', (tree, text) => {
  expect(printFilterText(tree)).toBe(text);
});

const key = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom('http.route', 'name', 'and', 'exists', 'span.x', 'span.', 'event:name', '$x', '"'),
);
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('and', '500', '-1', '100ms', '$x', '${a:b}'),
);
const duration = fc.constantFrom('0', '5ms', '1h30m');

function valueOf(field: FieldName): fc.Arbitrary<string> {
  switch (FIELDS[field].holds) {
    case 'kind':
      return fc.constantFrom(...SPAN_KINDS);
    case 'status':
      return fc.constantFrom(...STATUSES);
    case 'duration':
      return duration;
    case 'text':
    case 'id':
      return value;
  }
}

function comparison(subject: fc.Arbitrary<Subject>): fc.Arbitrary<FilterTree> {
  return fc.tuple(subject, fc.constantFrom(...OPERATORS)).chain(([chosen, operator]) => {
    const one = 'field' in chosen ? valueOf(chosen.field) : value;
    const [least, most] = operator.endsWith('exists') ? [0, 0] : operator.endsWith('in') ? [1, 3] : [1, 1];
    return fc
      .array(one, { minLength: least, maxLength: most })
      .map((values) => compare(chosen, operator, ...values));
  });
}

const attribute = fc.oneof(fc.record({ key }), fc.record({ key, level: fc.constantFrom(...LEVELS) }));
const field = fc.constantFrom(...(Object.keys(FIELDS) as FieldName[])).map((name) => ({ field: name }));

const isAllowed = (tree: FilterTree): boolean =>
  tree.kind !== 'comparison' ||
  !('field' in tree.subject) ||
  (tree.subject.field !== 'traceDuration' && operatorFlaw(tree.subject.field, tree.operator) === undefined);

const { tree: anyTree } = fc.letrec<{ tree: FilterTree; leaf: FilterTree }>((tie) => ({
  leaf: fc.oneof(comparison(attribute), comparison(field)).filter(isAllowed),
  tree: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { minLength: 2, maxLength: 3 })).map(([kind, of]) => ({ kind, of })), // prettier-ignore
    tie('tree').map(not),
  ),
}));

test('what is printed parses to the same tree', () => {
  fc.assert(
    fc.property(anyTree, (tree) => {
      expect(parseFilterText(printFilterText(tree))).toEqual(tree);
    }),
    { numRuns: 500 },
  );
});

test('any text is read or refused', () => {
  const word = fc.constantFrom('a', '=', '(', ')', 'and', 'or', 'not', 'in', 'exists', '"', ',', 'duration', '5', '!~', 'traceDuration', 'span.'); // prettier-ignore
  fc.assert(
    fc.property(
      fc.array(word).map((words) => words.join(' ')),
      (text) => {
        try {
          parseFilterText(text);
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: 'QueryError', position: expect.any(Number) as number });
        }
      },
    ),
  );
});
