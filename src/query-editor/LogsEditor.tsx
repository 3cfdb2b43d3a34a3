import { Stack } from '@grafana/ui';
import React from 'react';
import type { EditorProps } from './editor-props.ts';
import { LimitField } from './LimitField.tsx';
import { SelectionFields } from './SelectionFields.tsx';

/** Events of the matching spans, as lines of a log. */
export function LogsEditor(props: EditorProps) {
  return (
    <Stack direction="column" gap={1}>
      <SelectionFields {...props} />
      <LimitField {...props} />
    </Stack>
  );
}
