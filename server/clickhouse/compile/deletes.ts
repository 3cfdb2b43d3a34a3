import type { Space } from '../../space/space.ts';
import type { TraceId } from '../../span/span.ts';
import { type Deployment, onCluster, storedTable } from '../deployment.ts';
import { quoteHex, quoteInteger, quoteText, quoteTexts } from '../literal.ts';
import { LISTED_NAME, LISTED_SERVICE } from '../schema.ts';
import { inSpace } from './scope.ts';

/** Tables that hold anything of a space. */
const TABLES = ['spans', 'catalog', 'dependencies'] as const;

/** An operation as lists show it. */
export interface ListedOperation {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
}

/** Rows are masked at once and gone with the next merge; projections are rebuilt before the statement returns. */
export function compileDelete(table: string, condition: string, deployment: Deployment): string {
  return `DELETE FROM ${storedTable(table, deployment)}${onCluster(deployment)}
WHERE ${condition}
SETTINGS lightweight_deletes_sync = 2`;
}

export function compileDeleteSpace(space: Space, deployment: Deployment): string[] {
  return TABLES.map((table) => compileDelete(table, inSpace(space), deployment));
}

export function compileDeleteTrace(
  space: Space,
  traceId: TraceId,
  buckets: readonly number[],
  deployment: Deployment,
): string {
  const places = buckets.map(quoteInteger).join(', ');
  return compileDelete(
    'spans',
    `${inSpace(space)} AND bucket IN (${places}) AND trace_id = ${quoteHex(traceId)}`,
    deployment,
  );
}

/** Edges of minutes that have lost spans; the job computes them anew. */
export function compileDeleteMinutes(
  space: Space,
  minutes: readonly number[],
  deployment: Deployment,
): string {
  return compileDelete(
    'dependencies',
    `${inSpace(space)} AND minute IN (${minutes.map(quoteInteger).join(', ')})`,
    deployment,
  );
}

/** Operations of a trace, before it goes. */
export function compileTraceOperations(space: Space, traceId: TraceId, buckets: readonly number[]): string {
  return `SELECT DISTINCT service, name, kind FROM spans
WHERE ${inSpace(space)} AND bucket IN (${buckets.map(quoteInteger).join(', ')}) AND trace_id = ${quoteHex(traceId)}`;
}

/** Which of these operations other spans still have: answered by the rates' projection. */
export function compileLivingOperations(space: Space, operations: readonly ListedOperation[]): string {
  const wanted = operations.map(quoteOperation).join(', ');
  return `SELECT of_service AS service, of_name AS name, of_kind AS kind
FROM (
  SELECT ${LISTED_SERVICE} AS of_service, ${LISTED_NAME} AS of_name, kind AS of_kind
  FROM spans
  WHERE ${inSpace(space)}
  GROUP BY of_service, of_name, of_kind
)
WHERE (of_service, of_name, of_kind) IN (${wanted})`;
}

export function compileDeleteOperations(
  space: Space,
  operations: readonly ListedOperation[],
  deployment: Deployment,
): string {
  const gone = operations.map(quoteOperation).join(', ');
  return compileDelete(
    'catalog',
    `${inSpace(space)} AND fact = 'operation' AND (service, name, kind) IN (${gone})`,
    deployment,
  );
}

/** Which of these services have operations left. */
export function compileLivingServices(space: Space, services: readonly string[]): string {
  return `SELECT DISTINCT service FROM catalog
WHERE ${inSpace(space)} AND fact = 'operation' AND service IN (${quoteTexts(services)})`;
}

export function compileDeleteServices(
  space: Space,
  services: readonly string[],
  deployment: Deployment,
): string {
  return compileDelete(
    'catalog',
    `${inSpace(space)} AND fact = 'service' AND service IN (${quoteTexts(services)})`,
    deployment,
  );
}

function quoteOperation({ service, name, kind }: ListedOperation): string {
  return `(${quoteText(service)}, ${quoteText(name)}, ${quoteText(kind)})`;
}
