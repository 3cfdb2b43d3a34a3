import { Stack } from '@grafana/ui';
import React from 'react';
import type { EditorProps } from './editor-props.ts';
import { LimitField } from './LimitField.tsx';
import { SelectionFields } from './SelectionFields.tsx';
import { TraceEditor } from './TraceEditor.tsx';

/** Events as lines of a log: of the matching spans, or of one trace. */
export function LogsEditor(props: EditorProps) {
  const isOfTrace = (props.query.query ?? '') !== '';
  return (
    <Stack direction="column" gap={1}>
      <TraceEditor {...props} />
      {!isOfTrace && <SelectionFields {...props} />}
      {!isOfTrace && <LimitField {...props} />}
    </Stack>
  );
}
