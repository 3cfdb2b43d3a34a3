import { RadioButtonGroup, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { FilterRows } from './FilterRows.tsx';
import { ServiceFields } from './ServiceFields.tsx';
import { SpanFields } from './SpanFields.tsx';
import { TextField } from './TextField.tsx';
import { textOfBuilder } from './text-of-builder.ts';

const EDITORS = [
  { label: 'Builder', value: 'builder' as const },
  { label: 'Text', value: 'text' as const },
];

/** Which spans: by the builder's fields, or by the text that says the same. */
export function SelectionFields(props: EditorProps) {
  const { query, onEdit } = props;
  const id = useId();
  const editor = query.editor ?? 'builder';
  return (
    <Stack direction="column" gap={1}>
      <EditorField label="Conditions by" id={id}>
        <RadioButtonGroup
          id={id}
          aria-label="Conditions by"
          options={EDITORS}
          value={editor}
          onChange={(chosen) => {
            onEdit(
              chosen === 'text'
                ? { editor: chosen, text: query.text || textOfBuilder(query) }
                : { editor: chosen },
            );
          }}
        />
      </EditorField>
      {editor === 'text' ? (
        <TextField {...props} />
      ) : (
        <>
          <ServiceFields {...props} />
          <FilterRows {...props} />
          <SpanFields {...props} />
        </>
      )}
    </Stack>
  );
}
