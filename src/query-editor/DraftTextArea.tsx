import { TextArea } from '@grafana/ui';
import React, { type KeyboardEvent } from 'react';
import { useDraft } from './use-draft.ts';

interface DraftTextAreaProps {
  readonly id?: string;
  readonly rows: number;
  readonly value: string;
  readonly placeholder: string;
  readonly invalid?: boolean;
  readonly onCommit: (value: string) => void;
  /** What has been typed so far. */
  readonly onDraft?: (value: string) => void;
}

/** Several lines, asked at Shift-Enter, or when the field is left. */
export function DraftTextArea({ value, onCommit, onDraft, ...area }: DraftTextAreaProps) {
  const [draft, setDraft] = useDraft(value);
  const commit = () => {
    if (draft !== value) onCommit(draft);
  };
  const commitAtShiftEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    commit();
  };
  return (
    <TextArea
      {...area}
      spellCheck={false}
      value={draft}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
        onDraft?.(event.currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={commitAtShiftEnter}
    />
  );
}
