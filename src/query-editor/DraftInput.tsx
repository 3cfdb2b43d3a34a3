import { Input } from '@grafana/ui';
import React, { type KeyboardEvent } from 'react';
import { useDraft } from './use-draft.ts';

interface DraftInputProps {
  readonly id?: string;
  readonly value: string;
  readonly onCommit: (value: string) => void;
  readonly placeholder?: string;
  readonly width?: number;
  readonly label?: string;
  readonly invalid?: boolean;
  readonly disabled?: boolean;
  readonly type?: 'text' | 'number' | 'url';
}

/** Nothing is asked on every key: what is typed counts when the field is left, or at Enter. */
export function DraftInput({ value, onCommit, label, ...input }: DraftInputProps) {
  const [draft, setDraft] = useDraft(value);
  const commit = () => {
    if (draft !== value) onCommit(draft);
  };
  const commitAtEnter = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
  };
  return (
    <Input
      {...input}
      aria-label={label}
      value={draft}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={commitAtEnter}
    />
  );
}
