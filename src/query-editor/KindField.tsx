import React from 'react';
import { SPAN_KINDS } from '../contract/filter-tree.ts';
import type { EditorProps } from './editor-props.ts';
import { WordField } from './WordField.tsx';

export function KindField({ datasource, query, onEdit }: EditorProps) {
  return (
    <WordField
      datasource={datasource}
      label="Kind"
      words={SPAN_KINDS}
      value={query.kind}
      onChoose={(kind) => {
        onEdit({ kind });
      }}
    />
  );
}
