import { expect, test } from 'vitest';
import { createPluginLog, type LogFields } from './log.ts';

const AT_MS = Date.UTC(2026, 10, 21, 2, 8, 6, 474);

function line(message: string, fields?: LogFields): Record<string, unknown> {
  const lines: string[] = [];
  createPluginLog(
    (text) => lines.push(text),
    () => AT_MS,
  ).warn(message, fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]!.endsWith('\n')).toBe(true);
  expect(lines[0]!.indexOf('\n')).toBe(lines[0]!.length - 1);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

test('a line is as Grafana reads it', () => {
  expect(line('two\nlines', { count: 2, big: 3n })).toEqual({
    '@level': 'warn',
    '@message': 'two\nlines',
    '@timestamp': '2026-11-21T02:08:06.474000Z',
    '@module': 'plugin.spanhouse',
    count: 2,
    big: '3',
  });
});

test.each(['token', 'Authorization', 'basicAuthPassword', 'httpHeaderValue1', 'tlsClientKey', 'cookie'])(
  'what is called %s is hidden, however deep it lies',
  (name) => {
    const shown = JSON.stringify(line('x', { [name]: 's3cret', inner: { list: [{ [name]: 's3cret' }] } }));
    expect(shown).not.toContain('s3cret');
    expect(shown).toContain('********');
  },
);

test('an error is told with where it was thrown, and why', () => {
  const { error } = line('x', { error: new Error('outer', { cause: new Error('inner') }) });
  expect(error).toMatch(/^Error: outer\n.*because: inner$/s);
});

test('a line too long for Grafana is told without its fields', () => {
  const fields = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`f${at}`, 'x'.repeat(9_000)]));
  expect(Object.keys(line('x', fields))).toEqual(['@level', '@message', '@timestamp', '@module']);
});

test('fields do not stand in for what Grafana reads', () => {
  expect(line('x', { '@level': 'error', '@message': 'y' })).toMatchObject({
    '@level': 'warn',
    '@message': 'x',
  });
});
