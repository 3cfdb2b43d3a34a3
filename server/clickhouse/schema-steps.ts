import { CATALOG_COLUMNS } from '../columns/span-columns.ts';
import { type Deployment, onCluster, storedTable } from './deployment.ts';
import { RATES_PROJECTION, SPAN_INDEXES, compileSchema } from './schema.ts';

/** Statements that bring a store from one version to the next. May be run again after being cut short. */
export type Step = (deployment: Deployment) => readonly string[];

/**
 * From nothing to version 1, from 1 to 2, and so on. The first makes a new store as it is now, so each later one must be
 * nothing to it.
 */
export const STEPS: readonly Step[] = [compileSchema, compileTextOfNames, compileFragmentFacts];

/**
 * To version 2: services and span names under text indexes instead of bloom filters, rates in small granules, and in the catalog
 * the keys whose values stand among the nearly unique ones. What is stored already is brought up in the background.
 */
function compileTextOfNames(deployment: Deployment): readonly string[] {
  const alter = (table: string): string =>
    `ALTER TABLE ${storedTable(table, deployment)}${onCluster(deployment)}`;
  const spans = alter('spans');
  const names = ['service_text', 'name_text'];
  return [
    ...['service_bloom', 'name_bloom'].map((name) => `${spans} DROP INDEX IF EXISTS ${name}`),
    ...names.map((name) => `${spans} ADD ${indexOf(name).replace('INDEX', 'INDEX IF NOT EXISTS')}`),
    ...names.map((name) => `${spans} MATERIALIZE INDEX ${name}`),
    `${spans} DROP PROJECTION IF EXISTS rates`,
    `${spans} ADD ${RATES_PROJECTION.replace('PROJECTION', 'PROJECTION IF NOT EXISTS')}`,
    `${spans} MATERIALIZE PROJECTION rates`,
    ...compileWidened('level', deployment),
    `INSERT INTO catalog (tenant, db, table, fact, id, name, level, expires)
SELECT tenant, db, table, 'key', cityHash64('unique', name), name, 'unique', max(expires)
FROM spans ARRAY JOIN mapKeys(attr_u) AS name
WHERE (tenant, db, table, name) GLOBAL IN (
  SELECT tenant, db, table, name FROM catalog WHERE fact = 'key' AND level = 'span'
)
GROUP BY tenant, db, table, name`,
  ];
}

/** To version 3: events and links that came apart from their span are facts of the catalog. */
function compileFragmentFacts(deployment: Deployment): readonly string[] {
  return compileWidened('fact', deployment);
}

/** An enumeration of the catalog with the values it has now, also in the table that sends to the shards. */
function compileWidened(column: 'level' | 'fact', deployment: Deployment): readonly string[] {
  const { type } = CATALOG_COLUMNS.find(({ name }) => name === column)!;
  const tables = new Set([storedTable('catalog', deployment), 'catalog']);
  return [...tables].map(
    (table) => `ALTER TABLE ${table}${onCluster(deployment)} MODIFY COLUMN ${column} ${type}`,
  );
}

function indexOf(name: string): string {
  return SPAN_INDEXES.find((index) => index.startsWith(`INDEX ${name} `))!;
}
