import React, { useId } from 'react';
import { DraftTextArea } from './DraftTextArea.tsx';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { useDraft } from './use-draft.ts';
import { textFlaw } from './validate-query.ts';

const EXAMPLE = 'service = "cart" and duration > 100ms and (http.status_code >= 500 or not exists(user.id))';

/** Conditions as text, for those who type. */
export function TextField({ query, onEdit }: EditorProps) {
  const id = useId();
  const [draft, setDraft] = useDraft(query.text ?? '');
  return (
    <EditorField
      label="Conditions"
      id={id}
      description="Asked at Shift-Enter, or when the field is left."
      error={textFlaw(draft)}
    >
      <DraftTextArea
        id={id}
        rows={2}
        placeholder={EXAMPLE}
        value={query.text ?? ''}
        onDraft={setDraft}
        onCommit={(text) => {
          onEdit({ text });
        }}
      />
    </EditorField>
  );
}
