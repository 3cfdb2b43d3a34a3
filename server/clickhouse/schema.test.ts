import { expect, test } from 'vitest';
import { expectGolden } from './compile/golden.fixture.ts';
import { compileSchema, compileVersionTable } from './schema.ts';

const both = (deployment: Parameters<typeof compileSchema>[0]): string =>
  [...compileVersionTable(deployment), ...compileSchema(deployment)].join(';\n\n');

test('on one engine', () => {
  expectGolden('schema.sql', both({ kind: 'single' }));
});

test('in a cluster: replicated tables, and distributed ones in front', () => {
  const sql = both({ kind: 'cluster', cluster: "the 'main' one" });
  expectGolden('schema-cluster.sql', sql);
  expect(sql.match(/ON CLUSTER `the 'main' one`/g)).toHaveLength(10);
});
