import { Stack } from '@grafana/ui';
import React, { useId } from 'react';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { keyOptions } from './FilterRow.tsx';
import { LimitField } from './LimitField.tsx';
import { NameCombobox } from './NameCombobox.tsx';
import { PrefixField } from './PrefixField.tsx';
import { ServiceField } from './ServiceField.tsx';
import { keyFlaw } from './validate-query.ts';

/** A table of an attribute's values and how many spans have each. */
export function AttributeValuesEditor(props: EditorProps) {
  const { datasource, query, onEdit } = props;
  const id = useId();
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
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
      <ServiceField {...props} />
      <PrefixField {...props} />
      <LimitField {...props} />
    </Stack>
  );
}
