import { expect, test } from 'vitest';
import { expectGolden } from './compile/golden.fixture.ts';
import { compileSchema, compileVersionTable } from './schema.ts';
import { STEPS } from './schema-steps.ts';

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

test('a cluster is brought forward on all of its servers, in the tables behind and in front', () => {
  const steps = STEPS.slice(1).flatMap((step) => step({ kind: 'cluster', cluster: 'main' }));
  expectGolden('schema-steps-cluster.sql', steps.join(';\n\n'));
  for (const sql of steps.filter((one) => one.startsWith('ALTER')))
    expect(sql).toContain('ON CLUSTER `main`');
});
