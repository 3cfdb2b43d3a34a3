import { Combobox } from '@grafana/ui';
import React, { useId } from 'react';
import type { SpanhouseDataSource } from '../datasource.ts';
import { comboboxOptions } from './combobox-options.ts';
import { EditorField } from './EditorField.tsx';

interface WordFieldProps {
  readonly datasource: SpanhouseDataSource;
  readonly label: string;
  readonly words: readonly string[];
  readonly value: string | undefined;
  readonly onChoose: (word: string | undefined) => void;
}

/** One of a few words, a dashboard variable, or any. */
export function WordField({ datasource, label, words, value, onChoose }: WordFieldProps) {
  const id = useId();
  return (
    <EditorField label={label} id={id}>
      <Combobox
        id={id}
        width={16}
        isClearable
        placeholder="Any"
        options={comboboxOptions(datasource.variableNames(), words, '')}
        value={value || null}
        onChange={(option) => {
          onChoose(option?.value);
        }}
      />
    </EditorField>
  );
}
