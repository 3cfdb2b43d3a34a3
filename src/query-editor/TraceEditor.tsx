import React, { useId } from 'react';
import { DraftInput } from './DraftInput.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { traceIdFlaw } from './validate-query.ts';

/** A trace by its id. */
export function TraceEditor({ query, onEdit }: EditorProps) {
  const id = useId();
  return (
    <EditorField label="Trace ID" id={id} error={traceIdFlaw(query.query)}>
      <DraftInput
        id={id}
        width={48}
        placeholder="4bf92f3577b34da6a3ce929d0e0e4736"
        value={query.query ?? ''}
        onCommit={(text) => {
          onEdit({ query: text.trim() });
        }}
      />
    </EditorField>
  );
}
