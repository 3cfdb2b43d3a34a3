import { MultiCombobox } from '@grafana/ui';
import React from 'react';
import { parseAnyOf, printAnyOf } from '../contract/any-of.ts';
import type { SpanhouseDataSource } from '../datasource.ts';
import { comboboxOptions } from './combobox-options.ts';

interface NamesComboboxProps {
  readonly datasource: SpanhouseDataSource;
  /** One or several, as the query keeps them. */
  readonly value: string | undefined;
  readonly onChoose: (value: string | undefined) => void;
  readonly load: () => Promise<readonly string[]>;
  readonly id: string;
  readonly placeholder: string;
}

/** Any number of names out of what the server knows, dashboard variables, or whatever somebody types. */
export function NamesCombobox({ datasource, value, onChoose, load, id, placeholder }: NamesComboboxProps) {
  const options = async (typed: string) => {
    const known = await load().catch(() => []);
    return comboboxOptions(datasource.variableNames(), known, typed);
  };
  return (
    <MultiCombobox
      id={id}
      placeholder={placeholder}
      width="auto"
      minWidth={28}
      maxWidth={60}
      isClearable
      createCustomValue
      options={options}
      value={parseAnyOf(value).map((name) => ({ label: name, value: name }))}
      onChange={(chosen) => {
        onChoose(printAnyOf(chosen.map((option) => option.value)) || undefined);
      }}
    />
  );
}
