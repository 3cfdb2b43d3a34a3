import React, { useId } from 'react';
import { DraftTextArea } from './DraftTextArea.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';

/** A statement for servers that take one. */
export function SqlEditor({ query, onEdit }: EditorProps) {
  const id = useId();
  return (
    <EditorField label="Statement" id={id} description="Asked at Shift-Enter, or when the field is left.">
      <DraftTextArea
        id={id}
        rows={5}
        placeholder="SELECT service, count() FROM spans GROUP BY service"
        value={query.sql ?? ''}
        onCommit={(sql) => {
          onEdit({ sql });
        }}
      />
    </EditorField>
  );
}
