import { Combobox, type ComboboxOption, IconButton, Stack } from '@grafana/ui';
import React from 'react';
import { parseAttributeRef, printAttributeRef } from '../contract/attribute-ref.ts';
import { type AttributeFilter, type FilterOperator, OPERATORS } from '../contract/query.ts';
import type { EditorProps } from './editor-props.ts';
import { FilterValues } from './FilterValues.tsx';
import { NameCombobox } from './NameCombobox.tsx';

const OPERATOR_NAMES: Readonly<Record<FilterOperator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  '=~': 'matches',
  '!~': 'does not match',
  in: 'is any of',
  'not in': 'is none of',
  exists: 'is there',
  'not exists': 'is not there',
};

const OPERATOR_OPTIONS: ComboboxOption<FilterOperator>[] = OPERATORS.map((operator) => ({
  label: operator,
  value: operator,
  description: OPERATOR_NAMES[operator],
}));

interface FilterRowProps extends Pick<EditorProps, 'datasource' | 'query' | 'range'> {
  readonly filter: AttributeFilter;
  /** From one, for those who hear the page. */
  readonly number: number;
  readonly onFilter: (filter: AttributeFilter) => void;
  readonly onRemove: () => void;
}

/** One condition on an attribute: key, operator, value or values. */
export function FilterRow({ datasource, query, range, filter, number, onFilter, onRemove }: FilterRowProps) {
  return (
    <Stack direction="row" gap={0.5} alignItems="center" wrap="wrap">
      <NameCombobox
        datasource={datasource}
        label={`Attribute ${number}`}
        placeholder="Attribute"
        width={30}
        value={filter.key === '' ? undefined : printAttributeRef(filter)}
        load={(prefix) => keyOptions(datasource, prefix)}
        onChoose={(key) => {
          const { operator, values } = filter;
          onFilter({ ...parseAttributeRef(key ?? ''), operator, values });
        }}
      />
      <Combobox
        aria-label={`Operator ${number}`}
        width={14}
        options={OPERATOR_OPTIONS}
        value={filter.operator}
        onChange={({ value }) => {
          onFilter(withOperator(filter, value));
        }}
      />
      <FilterValues
        datasource={datasource}
        query={query}
        range={range}
        filter={filter}
        number={number}
        onValues={(values) => {
          onFilter({ ...filter, values });
        }}
      />
      <IconButton name="trash-alt" tooltip={`Remove filter ${number}`} onClick={onRemove} />
    </Stack>
  );
}

function withOperator(filter: AttributeFilter, operator: FilterOperator): AttributeFilter {
  if (operator === 'exists' || operator === 'not exists') return { ...filter, operator, values: [] };
  const isList = operator === 'in' || operator === 'not in';
  return { ...filter, operator, values: isList ? filter.values : filter.values.slice(0, 1) };
}

export async function keyOptions(
  { completion }: EditorProps['datasource'],
  typed: string,
): Promise<readonly ComboboxOption[]> {
  const { level, key } = parseAttributeRef(typed);
  const found = await completion.attributeKeys({ prefix: key, ...(level && { level }) });
  return found.map((one) => ({ label: printAttributeRef(one), value: printAttributeRef(one) }));
}
