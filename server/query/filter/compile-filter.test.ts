import { describe, expect, test } from 'vitest';
import type { Condition, Operand } from '../../store/trace-store.ts';
import { compileFilter } from './compile-filter.ts';
import { parseFilter, readFilter } from './parse-filter.ts';

type Json = Record<string, unknown>;
const attr = (key: string, level = ''): Json => ({ attr: { key, level } });
const field = (level: string, name: string): Json => ({ field: { level, name } });
const scalar = (value: string, type = ''): Json => ({ scalar: { value, type } });
const list = (values: string[], type = ''): Json => ({ list: { values, type } });
const nested = (level: string): Json => ({ nested: { level } });
const op = (name: string, ...args: Json[]): Json => ({ op: name, args });
const call = (name: string, ...args: Json[]): Json => ({ call: op(name, ...args) });
const compiled = (filter: Json): Condition => compileFilter(parseFilter(JSON.stringify(filter)));

const leaf = (rest: object): Condition => ({ kind: 'attribute', key: 'k', ...rest }) as Condition;
const at = (level: string, comparator: string, value?: string, rest: object = {}): Condition =>
  leaf({ level, ...rest, comparator, ...(value === undefined ? {} : { value }) });
/** On the span or its resource. */
const either = (comparator: string, value?: string, rest: object = {}): Condition => ({ kind: 'or', of: [at('span', comparator, value, rest), at('resource', comparator, value, rest)] }); // prettier-ignore
const of = (name: string, comparator: string, value?: string): Condition =>
  ({ kind: 'field', field: name, comparator, ...(value === undefined ? {} : { value }) }) as Condition;
const not = (condition: Condition): Condition => ({ kind: 'not', of: condition });
const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const spanAttr = (key: string) => ({ kind: 'attribute', key, level: 'span' }) as const;
const two = (left: Operand, comparator: string, right: Operand): Condition =>
  ({ kind: 'compared', left, comparator, right }) as Condition;
const anywhere = (pattern: string): string => `(?s:.*)(?:${pattern})(?s:.*)`;

describe('means', () => {
  test.each<[Json, Condition]>([
    [op('eq', attr('k'), scalar('v')), either('=', 'v')],
    [op('eq', attr('k', 'span'), scalar('v')), at('span', '=', 'v')],
    [op('eq', attr('k', 'event'), scalar('v')), at('event', '=', 'v')],
    [op('eq', scalar('v'), attr('k', 'scope')), at('scope', '=', 'v')],
    [op('eq', attr('k', 'link'), scalar('0500', 'int')), at('link', '=', '500', { type: 'int' })],
    [op('eq', attr('k', 'span'), scalar('1e0', 'double')), at('span', '=', '1', { type: 'double' })],
    [op('eq', attr('k', 'span'), scalar('T', 'bool')), at('span', '=', 'true', { type: 'bool' })],
    [op('eq', attr('k', 'span'), scalar('5', 'string')), at('span', '=', '5', { type: 'string' })],
    [op('ne', attr('k'), scalar('v')), and(either('exists'), not(either('=', 'v')))],
    [op('gt', attr('k', 'span'), scalar('5')), at('span', '>', '5')],
    [op('lte', attr('k', 'span'), scalar('5.5', 'double')), at('span', '<=', '5.5', { type: 'double' })],
    [op('gt', scalar('5'), attr('k', 'span')), at('span', '<', '5')],
    [op('lte', scalar('5'), attr('k', 'span')), at('span', '>=', '5')],
    [op('gte', attr('k', 'span'), scalar('m')), at('span', '>=', 'm', { type: 'string' })],
    [op('lt', attr('k', 'span'), scalar('')), at('span', '<', '', { type: 'string' })],
    [op('regex', attr('k', 'span'), scalar('a|b')), at('span', 'regex', anywhere('a|b'))],
    [op('regex', field('span', 'name'), scalar('GET')), of('name', 'regex', anywhere('GET'))],
    [op('exists', attr('k')), either('exists')],
    [op('exists', field('event', 'name')), of('event-name', 'exists')],
    [op('in', attr('k', 'span'), list(['a', 'b'])), or(at('span', '=', 'a'), at('span', '=', 'b'))],
    [op('in', attr('k', 'span'), list(['7'], 'int')), at('span', '=', '7', { type: 'int' })],
    [op('not_in', attr('k', 'span'), list(['a', 'b'])), and(at('span', 'exists'), not(or(at('span', '=', 'a'), at('span', '=', 'b'))))], // prettier-ignore
    [op('in', field('span', 'kind'), list(['server', 'client'])), or(of('kind', '=', 'server'), of('kind', '=', 'client'))], // prettier-ignore
    [op('in', field('span', 'duration'), list(['1ms'])), of('duration', '=', '1000000')],
    [op('not', call('exists', attr('k', 'span'))), not(at('span', 'exists'))],
    [op('and', call('exists', attr('k', 'span')), call('or', call('eq', field('span', 'status'), scalar('error')), call('eq', field('span', 'name'), scalar('x')))), and(at('span', 'exists'), or(of('status', '=', 'error'), of('name', '=', 'x')))], // prettier-ignore
    [
      op('eq', field('span', 'traceID'), scalar('1A')),
      of('trace-id', '=', '0000000000000000000000000000001a'),
    ],
    [op('eq', field('span', 'spanID'), scalar('00000000000000AB')), of('span-id', '=', '00000000000000ab')],
    [op('exists', field('span', 'parentSpanID')), of('parent-span-id', 'exists')],
    [op('eq', field('span', 'traceState'), scalar('a=b')), of('trace-state', '=', 'a=b')],
    [op('gt', field('span', 'name'), scalar('m')), of('name', '>', 'm')],
    [op('gte', field('span', 'startTime'), scalar('2026-01-01T00:00:00.000000001Z')), of('start', '>=', '1767225600000000001')], // prettier-ignore
    [op('lt', field('span', 'endTime'), scalar('2026-01-01T02:00:00+02:00')), of('end', '<', '1767225600000000000')], // prettier-ignore
    [op('eq', field('span', 'statusMessage'), scalar('boom', 'string')), of('status-message', '=', 'boom')],
    [op('gt', field('span', 'duration'), scalar('1h30m')), of('duration', '>', '5400000000000')],
    [op('lt', scalar('2s'), field('span', 'duration')), of('duration', '>', '2000000000')],
    [op('ne', field('span', 'kind'), scalar('server')), and(of('kind', 'exists'), not(of('kind', '=', 'server')))], // prettier-ignore
    [op('eq', field('resource', 'service'), scalar('shop')), of('service', '=', 'shop')],
    [op('eq', field('resource', 'schemaURL'), scalar('u')), of('resource-schema-url', '=', 'u')],
    [op('eq', field('scope', 'name'), scalar('n')), of('scope-name', '=', 'n')],
    [op('eq', field('scope', 'version'), scalar('1')), of('scope-version', '=', '1')],
    [op('eq', field('scope', 'schemaURL'), scalar('u')), of('scope-schema-url', '=', 'u')],
    [op('gt', field('event', 'time'), scalar('1970-01-01T00:00:01Z')), of('event-time', '>', '1000000000')],
    [op('gt', field('event', 'timeSinceStart'), scalar('50us')), of('event-time-since-start', '>', '50000')],
    [
      op('eq', field('link', 'traceID'), scalar('AB')),
      of('link-trace-id', '=', '000000000000000000000000000000ab'),
    ],
    [op('eq', field('link', 'spanID'), scalar('AB')), of('link-span-id', '=', 'ab')],
    [op('regex', field('link', 'traceState'), scalar('v')), of('link-trace-state', 'regex', anywhere('v'))],
    [op('lt', attr('a', 'span'), attr('b', 'span')), two(spanAttr('a'), '<', spanAttr('b'))],
    [op('eq', attr('a', 'span'), attr('b')), or(two(spanAttr('a'), '=', spanAttr('b')), two(spanAttr('a'), '=', { ...spanAttr('b'), level: 'resource' }))], // prettier-ignore
    [op('ne', attr('k', 'span'), field('span', 'name')), and(at('span', 'exists'), of('name', 'exists'), not(two(spanAttr('k'), '=', { kind: 'field', field: 'name' })))], // prettier-ignore
    [op('gte', field('span', 'endTime'), field('event', 'time')), two({ kind: 'field', field: 'end' }, '>=', { kind: 'field', field: 'event-time' })], // prettier-ignore
    [op('eq', field('link', 'traceID'), field('span', 'traceID')), two({ kind: 'field', field: 'link-trace-id' }, '=', { kind: 'field', field: 'trace-id' })], // prettier-ignore
    [op('eq', field('span', 'kind'), field('span', 'name')), two({ kind: 'field', field: 'kind' }, '=', { kind: 'field', field: 'name' })], // prettier-ignore
    [
      op('some', nested('event'), call('gt', field('event', 'timeSinceStart'), attr('k', 'span'))),
      {
        kind: 'some',
        level: 'event',
        of: two({ kind: 'field', field: 'event-time-since-start' }, '>', spanAttr('k')),
      },
    ],
    [
      op('some', nested('event'), call('and', call('eq', field('event', 'name'), scalar('exception')), call('eq', attr('k', 'event'), scalar('v')))), // prettier-ignore
      { kind: 'some', level: 'event', of: and(of('event-name', '=', 'exception'), at('event', '=', 'v')) },
    ],
    [
      op('some', nested('event'), call('some', nested('link'), call('exists', attr('k', 'link')))),
      { kind: 'some', level: 'event', of: { kind: 'some', level: 'link', of: at('link', 'exists') } },
    ],
  ])('%j', (filter, want) => {
    expect(compiled(filter)).toEqual(want);
  });
});

describe('is refused by its place', () => {
  test.each<[Json, string]>([
    [op('and', call('exists', attr('k'))), 'the filter calls and, which takes at least two arguments, with 1'],
    [op('not'), 'the filter calls not, which takes one argument, with 0'],
    [op('eq', attr('k')), 'the filter calls eq, which takes two arguments, with 1'],
    [op('or', attr('k'), scalar('v')), 'args[0].attr must be a call: or takes nothing else'],
    [op('not', call('in', attr('k'), scalar('v'))), 'args[0].call.args[1].scalar must be a list: in looks for the value among several'],
    [op('eq', scalar('a'), scalar('a')), 'args[0].scalar must be an attr or a field: eq asks for a value of the span'],
    [op('eq', attr('k'), list(['a'])), 'args[1].list must be a scalar, an attr or a field: eq compares two values'],
    [op('eq', attr('k'), nested('event')), 'args[1].nested must be a scalar, an attr or a field: eq compares two values'],
    [op('eq', field('span', 'duration'), field('span', 'name')), 'args[1].field is span.name, which holds text: eq cannot compare it with span.duration, which holds a duration'],
    [op('lt', field('span', 'duration'), field('event', 'time')), 'args[1].field is event.time, which holds a time: lt cannot compare it with span.duration, which holds a duration'],
    [op('lt', attr('k'), field('span', 'status')), 'args[1].field has no order to which lt could hold: it is span.status'],
    [op('ne', attr('k'), field('span', 'nope')), 'args[1].field names "nope", which is no field of the level span: it has traceID, spanID, parentSpanID, traceState, name, kind, startTime, endTime, status, statusMessage, duration; an attribute is named by "attr"'],
    [op('in', attr('a'), attr('b')), 'args[1].attr must be a list: in looks for the value among several'],
    [op('exists', nested('event')), 'args[0].nested must be an attr or a field: exists asks for a value of the span'],
    [op('exists', field('span', 'nope')), 'args[0].field names "nope", which is no field of the level span: it has traceID, spanID, parentSpanID, traceState, name, kind, startTime, endTime, status, statusMessage, duration; an attribute is named by "attr"'],
    [op('exists', field('resource', 'constructor')), 'args[0].field names "constructor", which is no field of the level resource: it has service, schemaURL; an attribute is named by "attr"'],
    [op('eq', field('span', 'duration'), scalar('2')), 'args[1].scalar cannot be read: time: missing unit in duration "2"'],
    [op('eq', field('span', 'duration'), scalar('2', 'int')), 'args[1].scalar is of type int, and span.duration holds a duration'],
    [op('eq', field('span', 'duration'), scalar('2s', 'string')), 'args[1].scalar is of type string, and span.duration holds a duration'],
    [op('eq', field('span', 'name'), scalar('true', 'bool')), 'args[1].scalar is of type bool, and span.name holds text'],
    [op('gt', field('span', 'startTime'), scalar('now')), 'args[1].scalar cannot be read: parsing time "now" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "now" as "2006"'],
    [op('eq', field('span', 'kind'), scalar('SERVER')), 'args[1].scalar cannot be read: not one of unspecified, internal, server, client, producer, consumer'],
    [op('in', field('span', 'status'), list(['ok', 'bad'])), 'args[1].list.values[1] cannot be read: not one of unset, ok, error'],
    [op('gt', field('span', 'kind'), scalar('server')), 'args[0].field has no order to which gt could hold: it is span.kind'],
    [op('gt', attr('k'), scalar('true', 'bool')), 'args[1].scalar has no order to which gt could hold: it is a bool'],
    [op('eq', attr('k'), scalar('1.5', 'int')), 'args[1].scalar cannot be read: strconv.ParseInt: parsing "1.5": invalid syntax'],
    [op('eq', attr('k'), scalar('yes', 'bool')), 'args[1].scalar cannot be read: strconv.ParseBool: parsing "yes": invalid syntax'],
    [op('regex', field('span', 'duration'), scalar('1')), 'args[0].field is span.duration, which holds a duration: a pattern matches text'],
    [op('regex', attr('k'), scalar('1', 'int')), 'args[1].scalar must be a string: the pattern of regex'],
    [op('regex', attr('k'), scalar('^a')), 'args[1].scalar has the pattern "^a", but it is looked for anywhere in the value and cannot anchor itself'],
    [op('some', attr('k'), call('exists', attr('k'))), 'args[0].attr must be "nested": some asks one of the events or links of a span'],
    [op('some', nested('event'), call('some', nested('event'), call('exists', attr('k')))), 'args[1].call asks some event inside of some event, and which of the two is meant is not defined'],
  ])('%j', (filter, message) => {
    expect(() => compiled(filter)).toThrow(expect.objectContaining({ code: 'invalid', message }));
  }); // prettier-ignore
});

describe('in our own API, matches', () => {
  test.each<[Json, Condition]>([
    [op('matches', attr('k', 'span'), scalar('^web-.*?$')), at('span', 'regex', '^web-.*?$')],
    [op('matches', attr('k'), scalar('(?i)a', 'string')), either('regex', '(?i)a')],
    [op('not', call('matches', field('span', 'name'), scalar('a'))), not(of('name', 'regex', 'a'))],
  ])('%j', (filter, want) => {
    expect(compileFilter(readFilter(filter))).toEqual(want);
  });

  test.each<[Json, string]>([
    [op('matches', field('span', 'duration'), scalar('1')), 'args[0].field is span.duration, which holds a duration: a pattern matches text'],
    [op('matches', attr('k'), scalar('1', 'int')), 'args[1].scalar must be a string: the pattern of matches'],
    [op('matches', attr('k')), 'the filter calls matches, which takes two arguments, with 1'],
  ])('%j is refused', (filter, message) => {
    expect(() => compileFilter(readFilter(filter))).toThrow(expect.objectContaining({ code: 'invalid', message }));
  }); // prettier-ignore

  test('is no operator elsewhere', () => {
    expect(() => compiled(op('matches', attr('k'), scalar('a')))).toThrow(
      'op is "matches", and must be an operator',
    );
  });
});
