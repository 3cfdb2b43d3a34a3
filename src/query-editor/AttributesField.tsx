import { type ComboboxOption, MultiCombobox } from '@grafana/ui';
import React, { useId } from 'react';
import { comboboxOptions } from './combobox-options.ts';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { keyOptions } from './FilterRow.tsx';

interface AttributesFieldProps extends Pick<EditorProps, 'datasource'> {
  readonly label: string;
  readonly placeholder: string;
  readonly keys: readonly string[] | undefined;
  /** What is no attribute, and can be chosen as well. */
  readonly also?: readonly ComboboxOption[];
  readonly onKeys: (keys: readonly string[]) => void;
}

/** Any number of attributes: columns of a table, or what series are told apart by. */
export function AttributesField({
  datasource,
  label,
  placeholder,
  keys,
  also = [],
  onKeys,
}: AttributesFieldProps) {
  const id = useId();
  return (
    <EditorField label={label} id={id}>
      <MultiCombobox
        id={id}
        width="auto"
        minWidth={28}
        maxWidth={60}
        createCustomValue
        placeholder={placeholder}
        options={async (typed) => {
          const known = await keyOptions(datasource, typed).catch(() => []);
          return comboboxOptions(datasource.variableNames(), [...also, ...known], typed);
        }}
        value={(keys ?? []).map((key) => ({ label: key, value: key }))}
        onChange={(options) => {
          onKeys(options.map(({ value }) => value));
        }}
      />
    </EditorField>
  );
}
