import { DataSourcePicker } from '@grafana/runtime';
import React from 'react';
import { DraftInput } from '../query-editor/DraftInput.tsx';
import { SettingField } from './SettingField.tsx';
import { TextSetting } from './TextSetting.tsx';
import { parseTags, printTags, type TagMapping } from './trace-links.ts';

interface TargetFieldProps {
  readonly uid: string | undefined;
  readonly types: string | readonly string[];
  readonly disabled: boolean;
  readonly onUid: (uid: string | undefined) => void;
}

/** The data source in which a link ends; without one there is no link. */
export function TargetField({ uid, types, disabled, onUid }: TargetFieldProps) {
  return (
    <SettingField label="Data source" description="Without one there are no such links.">
      {(id) => (
        <DataSourcePicker
          inputId={id}
          type={typeof types === 'string' ? types : [...types]}
          current={uid}
          noDefault
          width={60}
          disabled={disabled}
          onChange={(chosen) => {
            onUid(chosen.uid);
          }}
          onClear={() => {
            onUid(undefined);
          }}
        />
      )}
    </SettingField>
  );
}

interface TagsFieldProps {
  readonly tags: readonly TagMapping[] | undefined;
  readonly disabled: boolean;
  readonly onTags: (tags: readonly TagMapping[]) => void;
}

export function TagsField({ tags, disabled, onTags }: TagsFieldProps) {
  return (
    <SettingField
      label="Attributes"
      description="Which of the span’s attributes narrow the question, and what they are called there."
    >
      {(id) => (
        <DraftInput
          id={id}
          width={60}
          placeholder="service.name as service, k8s.pod.name as pod"
          value={printTags(tags)}
          disabled={disabled}
          onCommit={(text) => {
            onTags(parseTags(text));
          }}
        />
      )}
    </SettingField>
  );
}

interface ShiftFieldsProps {
  readonly start: string | undefined;
  readonly end: string | undefined;
  readonly disabled: boolean;
  readonly onShift: (shift: { spanStartTimeShift?: string; spanEndTimeShift?: string }) => void;
}

export function ShiftFields({ start, end, disabled, onShift }: ShiftFieldsProps) {
  return (
    <>
      <TextSetting
        label="Shift of the start"
        description="How much earlier than the span one looks; later, without the minus."
        width={20}
        placeholder="-1h"
        value={start}
        disabled={disabled}
        onText={(spanStartTimeShift) => {
          onShift({ spanStartTimeShift });
        }}
      />
      <TextSetting
        label="Shift of the end"
        description="How much later than the span one looks."
        width={20}
        placeholder="1h"
        value={end}
        disabled={disabled}
        onText={(spanEndTimeShift) => {
          onShift({ spanEndTimeShift });
        }}
      />
    </>
  );
}
