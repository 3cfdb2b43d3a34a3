import { Combobox, type ComboboxOption } from '@grafana/ui';
import React from 'react';
import type { SpanhouseDataSource } from '../datasource.ts';
import { comboboxOptions } from './combobox-options.ts';

interface NameComboboxProps {
  readonly datasource: SpanhouseDataSource;
  readonly value: string | undefined;
  /** Undefined where the choice was cleared. */
  readonly onChoose: (value: string | undefined) => void;
  readonly load: (typed: string) => Promise<readonly (string | ComboboxOption)[]>;
  readonly id?: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly width?: number;
}

/** A name out of what the server knows, a dashboard variable, or whatever somebody types: an unreachable server included. */
export function NameCombobox({
  datasource,
  value,
  onChoose,
  load,
  id,
  label,
  placeholder,
  width = 28,
}: NameComboboxProps) {
  const options = async (typed: string) => {
    const known = await load(typed).catch(() => []);
    return comboboxOptions(datasource.variableNames(), known, typed);
  };
  return (
    <Combobox
      id={id}
      aria-label={label}
      placeholder={placeholder}
      width={width}
      isClearable
      createCustomValue
      options={options}
      value={value ? { label: value, value } : null}
      onChange={(option) => {
        onChoose(option?.value);
      }}
    />
  );
}
