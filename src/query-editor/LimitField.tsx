import React, { useId } from 'react';
import { DraftInput } from './DraftInput.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { limitFlaw } from './validate-query.ts';

interface LimitFieldProps extends Pick<EditorProps, 'query' | 'onEdit'> {
  /** What counts where nothing is written. */
  readonly otherwise?: number;
}

/** How many rows or series at most. */
export function LimitField({ query, onEdit, otherwise }: LimitFieldProps) {
  const id = useId();
  return (
    <EditorField label="Limit" id={id} error={limitFlaw(query.limit)}>
      <DraftInput
        id={id}
        width={10}
        placeholder={otherwise === undefined ? 'Default' : String(otherwise)}
        value={String(query.limit ?? '')}
        onCommit={(text) => {
          onEdit({ limit: limitOf(text.trim()) });
        }}
      />
    </EditorField>
  );
}

/** A number is kept as one; a variable, and what is wrong, as they were written. */
function limitOf(text: string): number | string | undefined {
  if (text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : text;
}
