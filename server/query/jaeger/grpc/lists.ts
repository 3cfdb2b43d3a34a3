import { type SpanKind, SPAN_KINDS } from '../../../span/span.ts';
import type { TraceStore, Window } from '../../../store/trace-store.ts';
import type { Asked } from './calls.ts';

/** What all three interfaces list alike. */

export interface OperationsRequest {
  readonly service: string;
  readonly span_kind: string;
}

export interface ListedOperation {
  readonly name: string;
  readonly span_kind: string;
}

export async function listServices(store: TraceStore, { space, call }: Asked): Promise<readonly string[]> {
  return (await store.services(space, call)).items;
}

/** Of one service; a kind that there is not has none. */
export async function listOperations(
  store: TraceStore,
  { service, span_kind: kind }: OperationsRequest,
  { space, call }: Asked,
): Promise<readonly ListedOperation[]> {
  if (kind !== '' && !isKind(kind)) return [];
  const { items } = await store.operations(space, { service, ...(kind === '' ? {} : { kind }) }, call);
  return items.map((item) => ({ name: item.name, span_kind: item.kind === 'unspecified' ? '' : item.kind }));
}

export async function listDependencies(
  store: TraceStore,
  window: Window,
  { space, call }: Asked,
): Promise<readonly object[]> {
  const dependencies = await store.dependencies(space, window, call);
  return dependencies.map(({ parent, child, calls }) => ({ parent, child, call_count: calls }));
}

function isKind(kind: string): kind is SpanKind {
  return SPAN_KINDS.includes(kind as SpanKind);
}
