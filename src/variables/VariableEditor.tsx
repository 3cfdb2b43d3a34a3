import type { QueryEditorProps } from '@grafana/data';
import { Combobox, type ComboboxOption, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import type { SpanhouseDataSource } from '../datasource.ts';
import { AttributeField } from '../query-editor/AttributeField.tsx';
import { DraftInput } from '../query-editor/DraftInput.tsx';
import { EditorField } from '../query-editor/EditorField.tsx';
import { LimitField } from '../query-editor/LimitField.tsx';
import { PrefixField } from '../query-editor/PrefixField.tsx';
import { ServiceField } from '../query-editor/ServiceField.tsx';
import { textFlaw } from '../query-editor/validate-query.ts';
import type { SpanhouseJson, SpanhouseQuery } from '../spanhouse-query.ts';
import {
  describeVariableQuery,
  parseVariableQuery,
  type VariableKind,
  type VariableQuery,
} from './variable-query.ts';

type Props = QueryEditorProps<SpanhouseDataSource, SpanhouseQuery, SpanhouseJson, VariableQuery>;

const KINDS: ComboboxOption<VariableKind>[] = [
  { value: 'services', label: 'Services' },
  { value: 'operations', label: 'Operations' },
  { value: 'attributeKeys', label: 'Attribute keys' },
  { value: 'attributeValues', label: 'Attribute values' },
  { value: 'traceIds', label: 'Trace IDs' },
];

interface FieldsProps {
  readonly datasource: SpanhouseDataSource;
  readonly query: VariableQuery;
  readonly onEdit: (change: Partial<VariableQuery>) => void;
}

/** What a dashboard's variable offers. */
export function VariableEditor({ datasource, query: kept, onChange }: Props) {
  const id = useId();
  const query = parseVariableQuery(kept);
  const edit = (change: Partial<VariableQuery>) => {
    const edited = { ...query, ...change };
    onChange({ ...edited, query: describeVariableQuery(edited) });
  };
  const fields = { datasource, query, onEdit: edit };
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
      <EditorField label="Values" id={id}>
        <Combobox
          id={id}
          width={24}
          options={KINDS}
          value={query.kind}
          onChange={({ value }) => {
            edit({ kind: value });
          }}
        />
      </EditorField>
      {(query.kind === 'operations' || query.kind === 'traceIds') && <Services {...fields} />}
      {query.kind === 'attributeValues' && <AttributeField {...fields} />}
      {query.kind === 'traceIds' ? <Conditions {...fields} /> : <PrefixField {...fields} />}
    </Stack>
  );
}

function Services({ datasource, query, onEdit }: FieldsProps) {
  return (
    <ServiceField
      datasource={datasource}
      query={{ refId: query.refId, ...(query.service !== undefined && { service: query.service }) }}
      onEdit={({ service }) => {
        onEdit({ service });
      }}
    />
  );
}

function Conditions({ query, onEdit }: FieldsProps) {
  const id = useId();
  return (
    <>
      <EditorField label="Conditions" id={id} error={textFlaw(query.text ?? '')}>
        <DraftInput
          id={id}
          width={48}
          placeholder="status = error and duration > 1s"
          value={query.text ?? ''}
          onCommit={(text) => {
            onEdit({ text: text || undefined });
          }}
        />
      </EditorField>
      <LimitField
        query={{ refId: query.refId, ...(query.limit !== undefined && { limit: query.limit }) }}
        onEdit={({ limit }) => {
          onEdit({ limit });
        }}
      />
    </>
  );
}
