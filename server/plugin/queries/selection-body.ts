import type { AttributeRef } from '../../../src/contract/attribute-ref.ts';
import type { SpanSelection } from '../../../src/contract/span-selection.ts';
import type { Window } from './window.ts';

/** What is asked of spans, as the server's own API takes it; bounds that are not asked for are left out. */
export function selectionBody(selection: SpanSelection, { fromNanos, toNanos }: Window): object {
  const { service, operation, filter } = selection;
  return {
    fromNanos: String(fromNanos),
    toNanos: String(toNanos),
    ...(service.length === 0 ? {} : { services: service }),
    ...(operation.length === 0 ? {} : { operations: operation }),
    ...(filter === undefined ? {} : { filter }),
    ...bound('minDurationNanos', selection.minDurationNanos),
    ...bound('maxDurationNanos', selection.maxDurationNanos),
    ...bound('minTraceDurationNanos', selection.minTraceDurationNanos),
    ...bound('maxTraceDurationNanos', selection.maxTraceDurationNanos),
  };
}

function bound(name: string, nanos: bigint | undefined): object {
  return nanos === undefined ? {} : { [name]: String(nanos) };
}

/** As a column or a dimension. */
export function attributeBody({ key, level }: AttributeRef): object {
  return level === undefined ? { key } : { key, level };
}
