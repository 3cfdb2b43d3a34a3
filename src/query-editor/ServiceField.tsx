import React, { useId } from 'react';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { NamesCombobox } from './NamesCombobox.tsx';

interface ServiceFieldProps extends EditorProps {
  readonly description?: string;
}

/** Some services, or all. What was chosen out of the former ones' operations is taken back. */
export function ServiceField({ datasource, query, onEdit, description }: ServiceFieldProps) {
  const id = useId();
  return (
    <EditorField label="Service" id={id} {...(description !== undefined && { description })}>
      <NamesCombobox
        id={id}
        datasource={datasource}
        placeholder="Any service"
        value={query.service}
        load={() => datasource.completion.services()}
        onChoose={(service) => {
          onEdit({ service, operation: undefined });
        }}
      />
    </EditorField>
  );
}
