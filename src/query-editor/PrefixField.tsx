import React, { useId } from 'react';
import { DraftInput } from './DraftInput.tsx';
import { EditorField } from './EditorField.tsx';

interface Props {
  readonly query: { readonly prefix?: string | undefined };
  readonly onEdit: (change: { prefix: string | undefined }) => void;
}

/** With what the listed texts begin. */
export function PrefixField({ query, onEdit }: Props) {
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
