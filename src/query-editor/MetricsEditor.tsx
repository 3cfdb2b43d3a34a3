import { Combobox, type ComboboxOption, MultiCombobox, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import { METRICS, type Metric } from '../contract/query.ts';
import { AttributesField } from './AttributesField.tsx';
import { DraftInput } from './DraftInput.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { LimitField } from './LimitField.tsx';
import { SelectionFields } from './SelectionFields.tsx';
import { durationFlaw, quantileFlaw } from './validate-query.ts';

const METRIC_NAMES: Readonly<Record<Metric, readonly [string, string]>> = {
  rate: ['Rate', 'Spans a second'],
  count: ['Count', 'Spans in each step'],
  errors: ['Errors', 'Failed spans in each step'],
  errorRate: ['Error rate', 'Failed spans of all'],
  duration: ['Duration', 'Quantiles, in milliseconds'],
};

const METRIC_OPTIONS: ComboboxOption<Metric>[] = METRICS.map((metric) => ({
  value: metric,
  label: METRIC_NAMES[metric][0],
  description: METRIC_NAMES[metric][1],
}));

const FIELDS: readonly ComboboxOption[] = [
  { value: 'service', label: 'service', description: 'The service’s name' },
  { value: 'operation', label: 'operation', description: 'The span’s name' },
  { value: 'kind', label: 'kind', description: 'Server, client, …' },
  { value: 'status', label: 'status', description: 'Unset, ok, error' },
];

const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99];
/** What the backend takes where none is chosen. */
const DEFAULT_QUANTILES = [0.5, 0.95, 0.99];

/** Numbers of the matching spans over time, for panels and for alert rules. */
export function MetricsEditor(props: EditorProps) {
  const { datasource, query, onEdit } = props;
  const id = useId();
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
        <EditorField label="Metric" id={`${id}-metric`}>
          <Combobox
            id={`${id}-metric`}
            width={18}
            options={METRIC_OPTIONS}
            value={METRICS.find((metric) => metric === query.metric) ?? 'rate'}
            onChange={({ value }) => {
              onEdit({ metric: value });
            }}
          />
        </EditorField>
        {query.metric === 'duration' && <QuantilesField {...props} />}
        <AttributesField
          datasource={datasource}
          label="A series for each"
          placeholder="Service, operation, attribute"
          keys={query.by}
          also={FIELDS}
          onKeys={(by) => {
            onEdit({ by });
          }}
        />
        <EditorField label="Step" id={`${id}-step`} error={durationFlaw(query.step)}>
          <DraftInput
            id={`${id}-step`}
            width={14}
            placeholder="The panel’s"
            value={query.step ?? ''}
            onCommit={(step) => {
              onEdit({ step: step || undefined });
            }}
          />
        </EditorField>
        <LimitField {...props} />
      </Stack>
      <SelectionFields {...props} />
    </Stack>
  );
}

function QuantilesField({ query, onEdit }: EditorProps) {
  const id = useId();
  const chosen = query.quantiles?.length ? query.quantiles : DEFAULT_QUANTILES;
  const flaw = chosen.map((quantile) => quantileFlaw(String(quantile))).find((one) => one !== undefined);
  return (
    <EditorField label="Quantiles" id={id} error={flaw}>
      <MultiCombobox
        id={id}
        width="auto"
        minWidth={46}
        maxWidth={60}
        createCustomValue
        options={QUANTILES.map((quantile) => ({ label: quantileName(quantile), value: String(quantile) }))}
        value={chosen.map((quantile) => ({ label: quantileName(quantile), value: String(quantile) }))}
        onChange={(options) => {
          onEdit({ quantiles: options.map(({ value }) => Number(value)) });
        }}
      />
    </EditorField>
  );
}

/** `p95`, `p99.9`. */
function quantileName(quantile: number): string {
  return `p${Number((quantile * 100).toFixed(6))}`;
}
