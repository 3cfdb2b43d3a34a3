import { Stack } from '@grafana/ui';
import React from 'react';
import { AttributeField } from './AttributeField.tsx';
import type { EditorProps } from './editor-props.ts';
import { LimitField } from './LimitField.tsx';
import { PrefixField } from './PrefixField.tsx';
import { ServiceField } from './ServiceField.tsx';

/** A table of an attribute's values and how many spans have each. */
export function AttributeValuesEditor(props: EditorProps) {
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
      <AttributeField {...props} />
      <ServiceField {...props} />
      <PrefixField {...props} />
      <LimitField {...props} />
    </Stack>
  );
}
