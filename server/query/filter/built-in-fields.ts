import { SPAN_KINDS, STATUS_CODES } from '../../span/span.ts';
import type { AttributeLevel, SpanField } from '../../store/trace-store.ts';

/** What a field holds, and so how a constant beside it is read. */
export type Holds = 'text' | 'traceId' | 'id' | 'kind' | 'status' | 'time' | 'duration';

export interface BuiltInField {
  readonly field: SpanField;
  readonly holds: Holds;
}

/** Words of the fields that hold one of few. */
export const WORDS: Readonly<Partial<Record<Holds, readonly string[]>>> = {
  kind: SPAN_KINDS,
  status: STATUS_CODES,
};

/** By level and name, as the RFC has them. */
const FIELDS: Readonly<Record<AttributeLevel, Readonly<Record<string, BuiltInField>>>> = {
  span: {
    traceID: { field: 'trace-id', holds: 'traceId' },
    spanID: { field: 'span-id', holds: 'id' },
    parentSpanID: { field: 'parent-span-id', holds: 'id' },
    traceState: { field: 'trace-state', holds: 'text' },
    name: { field: 'name', holds: 'text' },
    kind: { field: 'kind', holds: 'kind' },
    startTime: { field: 'start', holds: 'time' },
    endTime: { field: 'end', holds: 'time' },
    status: { field: 'status', holds: 'status' },
    statusMessage: { field: 'status-message', holds: 'text' },
    duration: { field: 'duration', holds: 'duration' },
  },
  resource: {
    service: { field: 'service', holds: 'text' },
    schemaURL: { field: 'resource-schema-url', holds: 'text' },
  },
  scope: {
    name: { field: 'scope-name', holds: 'text' },
    version: { field: 'scope-version', holds: 'text' },
    schemaURL: { field: 'scope-schema-url', holds: 'text' },
  },
  event: {
    name: { field: 'event-name', holds: 'text' },
    time: { field: 'event-time', holds: 'time' },
    timeSinceStart: { field: 'event-time-since-start', holds: 'duration' },
  },
  link: {
    traceID: { field: 'link-trace-id', holds: 'traceId' },
    spanID: { field: 'link-span-id', holds: 'id' },
    traceState: { field: 'link-trace-state', holds: 'text' },
  },
};

export function builtInField(level: AttributeLevel, name: string): BuiltInField | undefined {
  return Object.hasOwn(FIELDS[level], name) ? FIELDS[level][name] : undefined;
}

export function fieldNames(level: AttributeLevel): readonly string[] {
  return Object.keys(FIELDS[level]);
}
