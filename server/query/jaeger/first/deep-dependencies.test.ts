import { expect, test } from 'vitest';
import type { Span } from '../../../span/span.ts';
import { corpusSpan, traceIdOf } from '../corpus.fixture.ts';
import { DependencyPaths } from './deep-dependencies.ts';

interface Draft {
  readonly id: number;
  readonly parent?: number;
  readonly service: string;
  readonly name?: string;
}

const spanOf = ({ service, ...draft }: Draft, trace: number): Span => ({
  ...corpusSpan({ trace, ...draft }),
  service,
});

function pathsOn(service: string, operation: string | undefined, ...traces: (readonly Draft[])[]): string[] {
  const paths = new DependencyPaths({ service, operation });
  for (const [index, drafts] of traces.entries()) {
    const spans = drafts.map((draft) => spanOf(draft, index + 1));
    paths.add({ traceId: traceIdOf(index + 1), spans });
  }
  return paths.present().dependencies.map(({ path, attributes }) => {
    const hops = path.map((hop) => `${hop.service}:${hop.operation}`).join(' > ');
    return `${hops} @${attributes.map(({ value }) => parseInt(value, 16)).join(',')}`;
  });
}

const SHOP: readonly Draft[] = [
  { id: 1, service: 'web', name: 'GET' },
  { id: 2, parent: 1, service: 'web', name: 'render' },
  { id: 3, parent: 2, service: 'cart', name: 'list' },
  { id: 4, parent: 3, service: 'db', name: 'select' },
  { id: 5, parent: 1, service: 'auth', name: 'check' },
];

test.each<[string, string | undefined, readonly string[]]>([
  ['web', undefined, ['web:GET > auth:check @1', 'web:GET > cart:list > db:select @1']],
  ['cart', undefined, ['web:GET > cart:list > db:select @1']],
  ['cart', 'list', ['web:GET > cart:list > db:select @1']],
  ['cart', 'drop', []],
  ['web', 'render', []],
  ['none', undefined, []],
])('the ways on which %s %s lies', (service, operation, want) => {
  expect(pathsOn(service, operation, SHOP)).toEqual(want);
});

test('a way that several traces take stands once, with some of them', () => {
  expect(pathsOn('db', undefined, SHOP, SHOP)).toEqual(['web:GET > cart:list > db:select @1,2']);
  expect(pathsOn('db', undefined, ...Array.from({ length: 20 }, () => SHOP))[0]).toMatch(
    /@1,2,3,4,5,6,7,8,9,10$/,
  );
});

test('orphans begin a way; circles and ids that stand twice end', () => {
  const odd: readonly Draft[] = [
    { id: 2, parent: 99, service: 'a' },
    { id: 3, parent: 3, service: 'b' },
    { id: 4, parent: 2, service: 'b' },
    { id: 4, parent: 2, service: 'b' },
    { id: 5, parent: 4, service: 'c' },
    { id: 6, parent: 7, service: 'a' },
    { id: 7, parent: 6, service: 'b' },
  ];
  expect(pathsOn('b', undefined, odd)).toEqual(['a:op > b:op > c:op @1', 'a:op > b:op @1', 'b:op @1']);
});

test('what is deep, or wide, ends in good time', () => {
  const size = 20_000;
  const deep = Array.from({ length: size }, (_, id) => ({ id: id + 1, ...(id === 0 ? {} : { parent: id }), service: `s${id % 2}` }));
  expect(pathsOn('s0', undefined, deep)[0]?.split(' > ')).toHaveLength(100);
  const wide = Array.from({ length: size }, (_, id) => ({ id: id + 1, ...(id === 0 ? {} : { parent: 1 }), service: `s${id}` }));
  expect(pathsOn('s0', undefined, wide)).toHaveLength(1_000);
}); // prettier-ignore
