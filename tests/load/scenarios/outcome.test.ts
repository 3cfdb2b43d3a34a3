import { expect, test } from 'vitest';
import { figure, presentTable, reached } from './outcome.ts';

test.each([
  [8, { budget: 12, stretch: 9 }, 'stretch'],
  [9.5, { budget: 12, stretch: 9 }, 'budget'],
  [12.1, { budget: 12, stretch: 9 }, 'missed'],
  [140_000, { budget: 90_000, stretch: 130_000 }, 'stretch'],
  [90_000, { budget: 90_000, stretch: 130_000 }, 'budget'],
  [89_999, { budget: 90_000, stretch: 130_000 }, 'missed'],
  [1999, { budget: 2000 }, 'budget'],
  [Number.NaN, { budget: 2000 }, 'missed'],
  [1, undefined, ''],
] as const)('%d against %j is %j', (measured, goal, want) => {
  expect(reached(measured, goal)).toBe(want);
});

test('a table is aligned, its numbers to the right', () => {
  const rows = [
    figure('a rate', 98_765.4, 'spans/s', { budget: 90_000, stretch: 130_000 }),
    figure('b', 1.234, 'ms'),
  ];
  expect(presentTable({ title: 'Some', rows }).split('\n')).toEqual([
    '',
    'Some',
    'figure  measured  unit     budget  stretch  reached',
    '───────────────────────────────────────────────────',
    'a rate    98,765  spans/s  90,000  130,000  budget ',
    'b           1.23  ms                               ',
  ]);
});
