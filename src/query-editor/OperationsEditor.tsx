import { Stack } from '@grafana/ui';
import React from 'react';
import type { EditorProps } from './editor-props.ts';
import { KindField } from './KindField.tsx';
import { ServiceField } from './ServiceField.tsx';

/** A table of operations: of some services, or of all; of one kind, or of any. */
export function OperationsEditor(props: EditorProps) {
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
      <ServiceField {...props} />
      <KindField {...props} />
    </Stack>
  );
}
