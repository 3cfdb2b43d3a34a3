import type { ComboboxOption } from '@grafana/ui';
import type { ComponentType } from 'react';
import { QUERY_TYPES, type QueryType } from '../contract/query.ts';
import { AttributeKeysEditor } from './AttributeKeysEditor.tsx';
import { AttributeValuesEditor } from './AttributeValuesEditor.tsx';
import { DependencyGraphEditor } from './DependencyGraphEditor.tsx';
import type { EditorProps } from './editor-props.ts';
import { LogsEditor } from './LogsEditor.tsx';
import { MetricsEditor } from './MetricsEditor.tsx';
import { OperationsEditor } from './OperationsEditor.tsx';
import { SearchEditor } from './SearchEditor.tsx';
import { ServicesEditor } from './ServicesEditor.tsx';
import { SqlEditor } from './SqlEditor.tsx';
import { TraceEditor } from './TraceEditor.tsx';

/** A type without an editor does not compile. */
export const EDITORS: Readonly<Record<QueryType, ComponentType<EditorProps>>> = {
  search: SearchEditor,
  trace: TraceEditor,
  metrics: MetricsEditor,
  dependencyGraph: DependencyGraphEditor,
  services: ServicesEditor,
  operations: OperationsEditor,
  attributeKeys: AttributeKeysEditor,
  attributeValues: AttributeValuesEditor,
  logs: LogsEditor,
  sql: SqlEditor,
};

const NAMES: Readonly<Record<QueryType, readonly [string, string]>> = {
  search: ['Search', 'Traces, or the spans that match'],
  trace: ['Trace', 'One trace by its id'],
  metrics: ['Metrics', 'Rates, errors and durations over time'],
  dependencyGraph: ['Dependencies', 'Which service calls which'],
  services: ['Services', 'A table of services'],
  operations: ['Operations', 'A table of operations'],
  attributeKeys: ['Attribute keys', 'Which attributes spans have'],
  attributeValues: ['Attribute values', 'Which values an attribute has'],
  logs: ['Events', 'Events of spans as logs'],
  sql: ['SQL', 'Where the server offers it'],
};

/** Types that a server may lack, by the feature by which it says that it has them. */
const NEEDED_FEATURE: Partial<Readonly<Record<QueryType, string>>> = { sql: 'sql' };

/** What there is to choose from: what the server offers, and what is chosen already. */
export function typeOptions(features: readonly string[], chosen: QueryType): ComboboxOption<QueryType>[] {
  return QUERY_TYPES.filter((type) => type === chosen || isOffered(type, features)).map((type) => ({
    value: type,
    label: NAMES[type][0],
    description: NAMES[type][1],
  }));
}

export function isOffered(type: QueryType, features: readonly string[]): boolean {
  const needed = NEEDED_FEATURE[type];
  return needed === undefined || features.includes(needed);
}
