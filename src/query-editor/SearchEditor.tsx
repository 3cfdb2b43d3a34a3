import { Combobox, type ComboboxOption, RadioButtonGroup, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import type { Sort } from '../contract/query.ts';
import { AttributesField } from './AttributesField.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { LimitField } from './LimitField.tsx';
import { SelectionFields } from './SelectionFields.tsx';

const ROWS = [
  { label: 'Traces', value: 'traces' as const },
  { label: 'Spans', value: 'spans' as const },
];

const SORTS: readonly ComboboxOption<Sort>[] = [
  { label: 'Newest', value: 'start' },
  { label: 'Longest', value: 'duration' },
  { label: 'Most spans', value: 'spans' },
  { label: 'Most errors', value: 'errors' },
];
/** Of a span there is no number of spans. */
const SPAN_SORTS = SORTS.slice(0, 2);

/** Traces with a span that matches, or the matching spans themselves. */
export function SearchEditor(props: EditorProps) {
  const { datasource, query, onEdit } = props;
  const id = useId();
  const rows = query.rows ?? 'traces';
  const sorts = rows === 'spans' ? SPAN_SORTS : SORTS;
  return (
    <Stack direction="column" gap={1}>
      <SelectionFields {...props} />
      <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
        <EditorField label="Rows" id={`${id}-rows`}>
          <RadioButtonGroup
            id={`${id}-rows`}
            aria-label="Rows"
            options={ROWS}
            value={rows}
            onChange={(chosen) => {
              onEdit({ rows: chosen });
            }}
          />
        </EditorField>
        <EditorField label="Sort by" id={`${id}-sort`}>
          <Combobox
            id={`${id}-sort`}
            width={18}
            options={[...sorts]}
            value={sorts.find(({ value }) => value === query.sort)?.value ?? 'start'}
            onChange={({ value }) => {
              onEdit({ sort: value });
            }}
          />
        </EditorField>
        <LimitField {...props} otherwise={datasource.defaultLimit} />
        <AttributesField
          datasource={datasource}
          label="Columns"
          placeholder="Attributes to show"
          keys={query.columns}
          onKeys={(columns) => {
            onEdit({ columns });
          }}
        />
      </Stack>
    </Stack>
  );
}
