import { Metadata } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import { createSpace, spaceKey } from './space.ts';
import { type SpaceCarriers, spaceOfMetadata, spaceOfRequest } from './space-of-request.ts';

const DEFAULTS = createSpace('default', 'public', 'traces');
const ALL = { tenant: 'a', db: 'b', table: 'c' };

describe('spaceOfRequest', () => {
  const taken: [string, SpaceCarriers['path'], SpaceCarriers['headers'], string][] = [
    ['nothing named', {}, {}, 'default/public/traces'],
    ['headers', {}, { tenant: ['a'], db: ['b'], table: ['c'] }, 'a/b/c'],
    ['some headers', {}, { db: ['b'] }, 'default/b/traces'],
    ["Jaeger's header", {}, { 'x-tenant': ['a'] }, 'a/public/traces'],
    ["Tempo's header", {}, { 'x-scope-orgid': ['a'] }, 'a/public/traces'],
    [
      'aliases that agree',
      {},
      { tenant: ['a'], 'x-tenant': ['a'], 'x-scope-orgid': ['a'] },
      'a/public/traces',
    ],
    ['a path', ALL, {}, 'a/b/c'],
    ['a path and headers that agree', ALL, { tenant: ['a'], table: ['c'] }, 'a/b/c'],
    ['spaces around a value', {}, { tenant: [' a '] }, 'a/public/traces'],
  ];
  test.each(taken)('%s', (_, path, headers, want) => {
    expect(spaceKey(spaceOfRequest({ path, headers }, DEFAULTS))).toBe(want);
  });

  const refused: [string, SpaceCarriers['path'], SpaceCarriers['headers'], string][] = [
    [
      'aliases that contradict',
      {},
      { tenant: ['a'], 'x-scope-orgid': ['b'] },
      'header "tenant" says "a", but header "X-Scope-OrgID" says "b"; send one of them',
    ],
    [
      'a path that contradicts a header',
      ALL,
      { db: ['z'] },
      'path part {db} says "b", but header "db" says "z"; send one of them',
    ],
    [
      'a header given twice',
      {},
      { table: ['c', 'd'] },
      'header "table" names 2 values ("c", "d"), but a request has one table',
    ],
    [
      'a header given twice, joined by a proxy',
      {},
      { 'x-tenant': ['a, a'] },
      'header "x-tenant" names 2 values ("a", "a"), but a request has one tenant',
    ],
    [
      'a name that breaks the rule',
      {},
      { 'x-scope-orgid': ['a|b'] },
      'header "X-Scope-OrgID" is "a|b", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    ],
    [
      'an empty header',
      {},
      { tenant: [''] },
      'header "tenant" is "", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    ],
    [
      'a path part that breaks the rule',
      { tenant: '../x' },
      {},
      'path part {tenant} is "../x", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    ],
  ];
  test.each(refused)('refuses %s', (_, path, headers, message) => {
    expect(() => spaceOfRequest({ path, headers }, DEFAULTS)).toThrow(
      expect.objectContaining({ code: 'invalid', message }),
    );
  });

  test('long values are cut in refusals', () => {
    const thrown: unknown = ((): unknown => {
      try {
        return spaceOfRequest({ path: {}, headers: { db: ['x'.repeat(5000), 'y'] } }, DEFAULTS);
      } catch (fault) {
        return fault;
      }
    })();
    expect(thrown).toBeInstanceOf(Fault);
    expect((thrown as Fault).message.length).toBeLessThan(250);
  });
});

describe('a port that is for one space', () => {
  const port = createSpace('acme', 'iot', 'traces');
  const of = (headers: SpaceCarriers['headers'], path: SpaceCarriers['path'] = {}): string =>
    spaceKey(spaceOfRequest({ path, headers, port }, DEFAULTS));

  test('needs nothing more said, and may be repeated', () => {
    expect(of({})).toBe('acme/iot/traces');
    expect(of({ tenant: ['acme'], db: ['iot'], table: ['traces'] })).toBe('acme/iot/traces');
  });

  test('takes no request that means another space', () => {
    expect(() => of({ tenant: ['other'] })).toThrow(
      'this port\'s tenant says "acme", but header "tenant" says "other"; send one of them',
    );
    expect(() => of({}, { tenant: 'acme', db: 'iot', table: 'b' })).toThrow(
      'this port\'s table says "traces", but path part {table} says "b"; send one of them',
    );
    const metadata = new Metadata();
    metadata.set('db', 'b');
    expect(() => spaceOfMetadata(metadata, DEFAULTS, port)).toThrow(
      'this port\'s db says "iot", but metadata "db" says "b"; send one of them',
    );
  });
});

describe("a protocol's own parameters", () => {
  const claim = (name: string, value: string) => ({ carrier: `parameter "${name}"`, value });
  const of = (headers: SpaceCarriers['headers'], claims: SpaceCarriers['claims']): string =>
    spaceKey(spaceOfRequest({ path: {}, headers, claims }, DEFAULTS));

  test('count as headers do', () => {
    expect(of({}, { firm: { db: claim('db', 'b') }, loose: {} })).toBe('default/b/traces');
    expect(() => of({ db: ['a'] }, { firm: { db: claim('db', 'b') }, loose: {} })).toThrow(
      'header "db" says "a", but parameter "db" says "b"; send one of them',
    );
  });

  test('those that have to be sent count only where nothing else is said', () => {
    const loose = { tenant: claim('org', 'o'), db: claim('bucket', 'b') };
    expect(of({}, { firm: {}, loose })).toBe('o/b/traces');
    expect(of({ tenant: ['a'], db: ['x'] }, { firm: {}, loose })).toBe('a/x/traces');
    expect(() => of({}, { firm: {}, loose: { tenant: claim('org', 'my org') } })).toThrow(
      'parameter "org" is "my org", but must be 1 to 64 characters of A-Z a-z 0-9 _ . - and not starting with a dot',
    );
  });
});

describe('spaceOfMetadata', () => {
  const metadata = (entries: readonly (readonly [string, string])[]): Metadata => {
    const filled = new Metadata();
    for (const [key, value] of entries) filled.add(key, value);
    return filled;
  };

  test('takes the same names as headers', () => {
    const named = metadata([
      ['X-Scope-OrgID', 'a'],
      ['db', 'b'],
      ['table', 'c'],
    ]);
    expect(spaceKey(spaceOfMetadata(named, DEFAULTS))).toBe('a/b/c');
    expect(spaceKey(spaceOfMetadata(new Metadata(), DEFAULTS))).toBe('default/public/traces');
  });

  test('refuses what contradicts or repeats itself', () => {
    const twice = metadata([
      ['tenant', 'a'],
      ['tenant', 'b'],
    ]);
    expect(() => spaceOfMetadata(twice, DEFAULTS)).toThrow(
      'metadata "tenant" names 2 values ("a", "b"), but a request has one tenant',
    );
    const contradicting = metadata([
      ['tenant', 'a'],
      ['x-tenant', 'b'],
    ]);
    expect(() => spaceOfMetadata(contradicting, DEFAULTS)).toThrow(
      'metadata "tenant" says "a", but metadata "x-tenant" says "b"; send one of them',
    );
  });
});
