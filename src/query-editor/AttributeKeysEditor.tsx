import { Stack } from '@grafana/ui';
import React from 'react';
import type { EditorProps } from './editor-props.ts';
import { LimitField } from './LimitField.tsx';
import { PrefixField } from './PrefixField.tsx';

/** A table of attribute keys and where they stand. */
export function AttributeKeysEditor(props: EditorProps) {
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
      <PrefixField {...props} />
      <LimitField {...props} />
    </Stack>
  );
}
