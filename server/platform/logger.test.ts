import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function linesOf(
  level: string,
  write: (log: ReturnType<typeof createLogger>) => void,
): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger(level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line has its level as a word, an ISO time and what was said', () => {
  const [line] = linesOf('info', (log) => {
    log.warn({ segments: 3 }, 'behind');
  });
  expect(line).toMatchObject({ level: 'warn', msg: 'behind', segments: 3 });
  expect(line!['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('lines below the level are left out', () => {
  expect(
    linesOf('warn', (log) => {
      log.info('chatter');
    }),
  ).toEqual([]);
});

test.each([
  [{ password: 'hush' }],
  [{ headers: { authorization: 'hush', 'x-cnosdb-privatekey': 'hush' } }],
  [{ request: { headers: { cookie: 'hush' } } }],
  [{ datasource: { token: 'hush' } }],
])('secrets in %j are not logged', (fields) => {
  const [line] = linesOf('info', (log) => {
    log.info(fields, 'seen');
  });
  expect(JSON.stringify(line)).not.toContain('hush');
  expect(JSON.stringify(line)).toContain('********');
});

test('an error is logged with its cause', () => {
  const [line] = linesOf('info', (log) => {
    log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
  });
  expect(JSON.stringify(line!['err'])).toMatch(/outer.*inner/);
});
