import { expect, test } from 'vitest';
import type { Condition } from '../../store/trace-store.ts';
import { hasPattern, tagCondition } from './tag-condition.ts';

const on = { regex: true };
const is = (key: string, value: string): Condition => ({ kind: 'attribute', key, comparator: '=', value });
const field = (name: string, value: string): Condition =>
  ({ kind: 'field', field: name, comparator: '=', value }) as Condition;
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const FAILED = or(field('status', 'error'), is('error', 'true'));

test.each<[string, string, Condition]>([
  ['http.method', 'GET', is('http.method', 'GET')],
  ['version', '1.2.3', is('version', '1.2.3')],
  ['error', 'true', FAILED],
  ['error', 'T', FAILED],
  ['error', 'false', { kind: 'not', of: FAILED }],
  ['error', 'timeout', is('error', 'timeout')],
  ['span.kind', 'SERVER', or(field('kind', 'server'), is('span.kind', 'SERVER'))],
  ['span.kind', 'robot', is('span.kind', 'robot')],
  ['otel.status_code', 'ERROR', or(field('status', 'error'), is('otel.status_code', 'ERROR'))],
  ['otel.scope.name', 'http', or(field('scope-name', 'http'), is('otel.scope.name', 'http'))],
  ['event', 'exception', or(field('event-name', 'exception'), is('event', 'exception'))],
  ['w3c.tracestate', 'a=b', or(field('trace-state', 'a=b'), is('w3c.tracestate', 'a=b'))],
  ['resource.host', 'h1', or({ kind: 'attribute', key: 'host', level: 'resource', comparator: '=', value: 'h1' }, is('resource.host', 'h1'))], // prettier-ignore
  ['resource.', 'x', is('resource.', 'x')],
  ['toString', 'x', is('toString', 'x')],
  ['http.status_code', '200|404', or(is('http.status_code', '200|404'), { kind: 'attribute', key: 'http.status_code', comparator: 'regex', value: '200|404' })], // prettier-ignore
])('%s=%s', (key, value, want) => {
  expect(tagCondition({ [key]: value }, on)).toEqual(want);
});

test('several tags must hold together, none asks for nothing', () => {
  expect(tagCondition({ a: '1', b: '2' }, on)).toEqual({ kind: 'and', of: [is('a', '1'), is('b', '2')] });
  expect(tagCondition({}, on)).toBeUndefined();
});

test('patterns are only patterns where they are wanted', () => {
  expect(tagCondition({ a: 'x.*' }, { regex: false })).toEqual(is('a', 'x.*'));
  expect([hasPattern({ a: 'x.*' }), hasPattern({ a: 'x.y' })]).toEqual([true, false]);
});
