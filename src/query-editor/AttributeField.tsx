import React, { useId } from 'react';
import type { SpanhouseDataSource } from '../datasource.ts';
import { EditorField } from './EditorField.tsx';
import { keyOptions } from './FilterRow.tsx';
import { NameCombobox } from './NameCombobox.tsx';
import { keyFlaw } from './validate-query.ts';

interface Props {
  readonly datasource: SpanhouseDataSource;
  readonly query: { readonly attribute?: string | undefined };
  readonly onEdit: (change: { attribute: string | undefined }) => void;
}

/** Whose values are asked for. */
export function AttributeField({ datasource, query, onEdit }: Props) {
  const id = useId();
  return (
    <EditorField label="Attribute" id={id} error={keyFlaw(query.attribute)}>
      <NameCombobox
        id={id}
        datasource={datasource}
        placeholder="http.route"
        value={query.attribute}
        load={(typed) => keyOptions(datasource, typed)}
        onChoose={(attribute) => {
          onEdit({ attribute });
        }}
      />
    </EditorField>
  );
}
