import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../errors/fault.ts';
import { compileFilter } from './compile-filter.ts';
import { parseFilter } from './parse-filter.ts';

test('every kind of expression, with its place', () => {
  const text = JSON.stringify({
    op: 'and',
    args: [
      { call: { op: 'in', args: [{ attr: { key: 'k' } }, { list: { values: ['1', '2'], type: 'int' } }] } },
      { call: { op: 'some', args: [{ nested: { level: 'event' } }, { call: { op: 'exists', args: [{ field: { name: 'name', level: 'event' } }] } }] } },
      { call: { op: 'eq', args: [{ attr: { key: 'k', level: 'link' } }, { scalar: { value: 'v', type: '' } }] } },
    ],
  }); // prettier-ignore
  expect(parseFilter(text)).toEqual({
    term: 'call',
    at: '',
    op: 'and',
    args: [
      {
        term: 'call',
        at: 'args[0].call',
        op: 'in',
        args: [
          { term: 'attr', at: 'args[0].call.args[0].attr', key: 'k', level: undefined },
          { term: 'list', at: 'args[0].call.args[1].list', values: ['1', '2'], type: 'int' },
        ],
      },
      {
        term: 'call',
        at: 'args[1].call',
        op: 'some',
        args: [
          { term: 'nested', at: 'args[1].call.args[0].nested', level: 'event' },
          {
            term: 'call',
            at: 'args[1].call.args[1].call',
            op: 'exists',
            args: [
              { term: 'field', at: 'args[1].call.args[1].call.args[0].field', name: 'name', level: 'event' },
            ],
          },
        ],
      },
      {
        term: 'call',
        at: 'args[2].call',
        op: 'eq',
        args: [
          { term: 'attr', at: 'args[2].call.args[0].attr', key: 'k', level: 'link' },
          { term: 'scalar', at: 'args[2].call.args[1].scalar', value: 'v', type: undefined },
        ],
      },
    ],
  });
});

const TERMS = 'attr, field, nested, scalar, list, call';

describe('refused by its place', () => {
  test.each([
    ['[]', 'the filter must be an object with op and args'],
    ['null', 'the filter must be an object with op and args'],
    ['{"operator":"eq"}', 'the filter has a member "operator"; it may have op, args'],
    ['{"op":7}', 'op is 7, and must be an operator: one of and, or, not, eq, ne, gt, lt, gte, lte, regex, exists, in, not_in, some'],
    ['{"args":[]}', 'op is "", and must be an operator: one of and, or, not, eq, ne, gt, lt, gte, lte, regex, exists, in, not_in, some'],
    ['{"op":"eq","args":{}}', 'args must be a list'],
    ['{"op":"eq","args":[{}]}', `args[0] must hold exactly one of ${TERMS}`],
    ['{"op":"eq","args":[{"attr":null}]}', `args[0] must hold exactly one of ${TERMS}`],
    ['{"op":"eq","args":[{"attr":{"key":"a"},"scalar":{"value":"1"}}]}', `args[0] must hold exactly one of ${TERMS}`],
    ['{"op":"eq","args":[{"ref":{"name":"a"}}]}', `args[0] has a member "ref"; it may have ${TERMS}`],
    ['{"op":"eq","args":[{"attr":{}}]}', 'args[0].attr.key must not be empty'],
    ['{"op":"eq","args":[{"attr":{"key":"a","level":"pod"}}]}', 'args[0].attr.level is "pod", and must be a level: one of span, resource, scope, event, link'],
    ['{"op":"eq","args":[{"field":{"name":"name"}}]}', 'args[0].field.level is "", and must be a level: one of span, resource, scope, event, link'],
    ['{"op":"eq","args":[{"nested":{"level":"span"}}]}', 'args[0].nested.level is "span", and must be a level: one of event, link'],
    ['{"op":"not","args":[{"call":{"op":"eq","args":[{"scalar":{"value":500}}]}}]}', 'args[0].call.args[0].scalar.value must be a string, as in "500" with "type" beside it for what is no text'],
    ['{"op":"eq","args":[{"scalar":{"value":"1","type":"duration"}}]}', 'args[0].scalar.type is "duration", and must be a type: one of string, int, double, bool'],
    ['{"op":"in","args":[{"list":{"values":[]}}]}', 'args[0].list.values must be a list of at least one value'],
    ['{"op":"in","args":[{"list":{"values":["1",2]}}]}', 'args[0].list.values[1] must be a string, as in "500" with "type" beside it for what is no text'],
  ])('%s', (text, message) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ code: 'invalid', message }));
  }); // prettier-ignore

  test('what is no JSON', () => {
    expect(() => parseFilter('{"op":')).toThrow(/^the filter is no JSON: /);
  });

  const exists = '{"attr":{"key":"a"}}';
  const nested = (depth: number): string =>
    `${'{"op":"not","args":[{"call":'.repeat(depth - 1)}{"op":"exists","args":[${exists}]}${'}]}'.repeat(depth - 1)}`;

  test('what is too deep, too large, or too long', () => {
    expect(parseFilter(nested(32)).op).toBe('not');
    expect(() => parseFilter(nested(33))).toThrow(/stands 33 calls deep, more than the 32 allowed$/);
    const values = (count: number): string =>
      `{"op":"in","args":[${exists},{"list":{"values":${JSON.stringify(Array.from({ length: count }, String))}}}]}`;
    expect(parseFilter(values(254)).op).toBe('in');
    expect(() => parseFilter(values(255))).toThrow(
      'args[1].list.values[254] is one part too many: a filter may have 256 expressions and values',
    );
    expect(() => parseFilter(`"${'x'.repeat(65_535)}"`)).toThrow(
      'the filter has 65537 characters, more than the 65536 allowed',
    );
  });
});

/** Trees that look like filters, more or less. */
const { call } = fc.letrec((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    fc.record({ attr: fc.record({ key: fc.string(), level: fc.constantFrom('', 'span', 'event', 'x') }) }),
    fc.record({ field: fc.record({ name: fc.constantFrom('name', 'duration', 'time', '__proto__'), level: fc.constantFrom('span', 'event', 'scope') }) }),
    fc.record({ nested: fc.record({ level: fc.constantFrom('event', 'link') }) }),
    fc.record({ scalar: fc.record({ value: fc.string(), type: fc.constantFrom('', 'int', 'bool') }) }),
    fc.record({ list: fc.record({ values: fc.array(fc.string(), { maxLength: 3 }) }) }),
    fc.record({ call: tie('call') }),
    fc.anything(),
  ),
  call: fc.record({
    op: fc.constantFrom('and', 'or', 'not', 'eq', 'ne', 'gt', 'regex', 'exists', 'in', 'not_in', 'some'),
    args: fc.array(tie('expression'), { maxLength: 3 }),
  }),
})); // prettier-ignore

test('whatever is sent, it is a condition or a refusal', () => {
  fc.assert(
    fc.property(fc.oneof(call, fc.json()), (filter) => {
      const text = typeof filter === 'string' ? filter : JSON.stringify(filter, stringOfBigint);
      try {
        expect(compileFilter(parseFilter(text))).toHaveProperty('kind');
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown;
        expect(thrown.code).toBe('invalid');
      }
    }),
  );
});

function stringOfBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
