import React, { useId } from 'react';
import { DraftInput } from './DraftInput.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';

/** With what the listed texts begin. */
export function PrefixField({ query, onEdit }: EditorProps) {
  const id = useId();
  return (
    <EditorField label="Beginning with" id={id}>
      <DraftInput
        id={id}
        width={24}
        placeholder="Anything"
        value={query.prefix ?? ''}
        onCommit={(prefix) => {
          onEdit({ prefix: prefix || undefined });
        }}
      />
    </EditorField>
  );
}
