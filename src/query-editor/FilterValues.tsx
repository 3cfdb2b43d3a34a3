import { type ComboboxOption, MultiCombobox } from '@grafana/ui';
import React from 'react';
import type { AttributeFilter } from '../contract/query.ts';
import { comboboxOptions } from './combobox-options.ts';
import type { EditorProps } from './editor-props.ts';
import { NameCombobox } from './NameCombobox.tsx';

interface FilterValuesProps extends Pick<EditorProps, 'datasource' | 'query' | 'range'> {
  readonly filter: AttributeFilter;
  readonly number: number;
  readonly onValues: (values: readonly string[]) => void;
}

/** One value, any number, or none at all: as the operator takes them. */
export function FilterValues({ datasource, query, range, filter, number, onValues }: FilterValuesProps) {
  const label = `Value ${number}`;
  const load = async (prefix: string) => {
    if (filter.key === '') return [];
    const found = await datasource.completion.attributeValues({
      key: filter.key,
      prefix,
      ...(filter.level && { level: filter.level }),
      ...(query.service && !query.service.includes('$') && { service: query.service }),
      ...(range && { range }),
    });
    return found.map(valueOption);
  };
  if (filter.operator === 'exists' || filter.operator === 'not exists') return null;
  if (filter.operator === 'in' || filter.operator === 'not in') {
    return (
      <MultiCombobox
        aria-label={label}
        placeholder="Values"
        width={36}
        createCustomValue
        options={async (typed) =>
          comboboxOptions(datasource.variableNames(), await load(typed).catch(() => []), typed)
        }
        value={filter.values.map((value) => ({ label: value, value }))}
        onChange={(options) => {
          onValues(options.map(({ value }) => value));
        }}
      />
    );
  }
  return (
    <NameCombobox
      datasource={datasource}
      label={label}
      placeholder="Value"
      width={30}
      value={filter.values[0]}
      load={load}
      onChoose={(value) => {
        onValues(value === undefined ? [] : [value]);
      }}
    />
  );
}

function valueOption({ value, count }: { value: string; count?: number | string }): ComboboxOption {
  return { label: value, value, ...(count !== undefined && { description: `${count} spans` }) };
}
