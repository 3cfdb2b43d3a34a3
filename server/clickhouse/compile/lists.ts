import type { Space } from '../../space/space.ts';
import type { AttributeKeyQuery, OperationQuery } from '../../store/trace-store.ts';
import { quoteInteger, quoteText } from '../literal.ts';
import { inSpace } from './scope.ts';

/** Facts of one kind whose spans may still live; facts are written once a day and merged later, so they may repeat. */
const livingFacts = (space: Space, fact: string): string =>
  `${inSpace(space)} AND fact = ${quoteText(fact)} AND expires >= today()`;

export function compileServices(space: Space): string {
  return `SELECT DISTINCT service FROM catalog
WHERE ${livingFacts(space, 'service')}
ORDER BY service`;
}

export function compileOperations(space: Space, query: OperationQuery): string {
  const conditions = [
    livingFacts(space, 'operation'),
    ...(query.service === undefined ? [] : [`service = ${quoteText(query.service)}`]),
    ...(query.kind === undefined ? [] : [`kind = ${quoteText(query.kind)}`]),
  ];
  return `SELECT DISTINCT service, name, kind FROM catalog
WHERE ${conditions.join(' AND ')}
ORDER BY service, name, kind`;
}

/** One more than asked for, to know whether there are more. */
export function compileAttributeKeys(space: Space, query: AttributeKeyQuery): string {
  const conditions = [
    livingFacts(space, 'key'),
    // What the search knows of the span's attributes beside that they are there.
    `level != 'unique'`,
    ...(query.level === undefined ? [] : [`level = ${quoteText(query.level)}`]),
    ...(query.prefix === undefined ? [] : [`startsWith(name, ${quoteText(query.prefix)})`]),
  ];
  return `SELECT DISTINCT name, level FROM catalog
WHERE ${conditions.join(' AND ')}
ORDER BY name, level
LIMIT ${quoteInteger(query.limit + 1)}`;
}

/** Lists that have a limit of names, as the catalog calls them. */
export type LimitedList = 'services' | 'operations' | 'keys';

/** Whether the space has more names than the list's limit. */
export function compileCut(space: Space, list: LimitedList): string {
  return `SELECT count() AS cuts FROM catalog
WHERE ${livingFacts(space, 'cut')} AND name = ${quoteText(list)}`;
}

export function compileFacts(space: Space, fact: 'resource' | 'scope', ids: readonly bigint[]): string {
  return `SELECT id, name, version, schema_url, attr, attr_types, dropped_attributes FROM catalog
WHERE ${inSpace(space)} AND fact = ${quoteText(fact)} AND id IN (${ids.map(quoteInteger).join(', ')})
LIMIT 1 BY id`;
}

export const SPACES = `SELECT tenant, db, table, count() AS spans, min(start) AS first, max(start) AS last
FROM spans
GROUP BY tenant, db, table
ORDER BY tenant, db, table`;

/** What the lists of all spaces hold, for a write path that starts. */
export const LISTED_NAMES = `SELECT DISTINCT tenant, db, table, fact, service, name, kind, level
FROM catalog
WHERE fact IN ('service', 'operation', 'key') AND level != 'unique' AND expires >= today()`;
