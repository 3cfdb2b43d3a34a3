import { describe, expect, test } from 'vitest';
import { createSpace } from '../space/space.ts';
import { parseRetentionDays, parseRetentionRules, retentionDaysOf } from './retention-rule.ts';

describe('parseRetentionRules', () => {
  test.each([
    ['', []],
    ['acme/*/*=30d', [{ pattern: 'acme/*/*', days: 30 }]],
    [
      'acme/*/*=30d, */debug/*=1d',
      [
        { pattern: 'acme/*/*', days: 30 },
        { pattern: '*/debug/*', days: 1 },
      ],
    ],
  ])('%j', (text, want) => {
    expect(parseRetentionRules(text)).toEqual(want);
  });

  test.each([
    ['acme=30d', 'must be tenant/db/table=duration'],
    ['acme/*/*', 'must be tenant/db/table=duration'],
    ['a cme/*/*=1d', 'must be tenant/db/table=duration'],
    ['acme/*/*=1d=2d', 'must be tenant/db/table=duration'],
    ['acme/*/*=12h', 'must be whole days'],
    ['a/*/*=1d,b/*/*=2d,c/*/*=3d,d/*/*=4d,e/*/*=5d', 'names 5 different durations, but at most 4'],
  ])('refuses %j', (text, want) => {
    expect(() => parseRetentionRules(text)).toThrow(want);
  });
});

describe('parseRetentionDays', () => {
  test.each([
    ['14d', 14],
    ['2w', 14],
    ['48h', 2],
  ])('%s is %d days', (text, want) => {
    expect(parseRetentionDays(text)).toBe(want);
  });

  test.each(['0d', '36h', '3651d', '0.5d'])('refuses %s', (text) => {
    expect(() => parseRetentionDays(text)).toThrow('must be whole days, 1d to 3650d');
  });
});

describe('retentionDaysOf', () => {
  const rules = parseRetentionRules('acme/prod/audit=365d,acme/*/*=30d,*/debug*/*=1d,a.b/*/*=7d');

  test.each([
    ['acme/prod/audit', 365],
    ['acme/prod/traces', 30],
    ['acme/debug/traces', 30],
    ['other/debug-2/traces', 1],
    ['a.b/public/traces', 7],
    ['axb/public/traces', 14],
    ['other/public/traces', 14],
  ])('%s is kept %d days', (name, want) => {
    const [tenant, db, table] = name.split('/') as [string, string, string];
    expect(retentionDaysOf(createSpace(tenant, db, table), rules, 14)).toBe(want);
  });
});
