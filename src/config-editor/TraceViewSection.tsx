import { Combobox, type ComboboxOption } from '@grafana/ui';
import React from 'react';
import { ConfigSection } from './ConfigSection.tsx';
import { withJson } from './edit-settings.ts';
import type { SectionProps } from './section-props.ts';
import { SettingField } from './SettingField.tsx';
import { SwitchSetting } from './SwitchSetting.tsx';
import { TextSetting } from './TextSetting.tsx';

type SpanBarType = 'None' | 'Duration' | 'Tag';

const SPAN_BARS: ComboboxOption<SpanBarType>[] = [
  { value: 'None', label: 'Nothing' },
  { value: 'Duration', label: 'Duration' },
  { value: 'Tag', label: 'An attribute' },
];

/** How Grafana shows a trace. */
export function TraceViewSection({ settings, onSettings }: SectionProps) {
  const { nodeGraph, spanBar } = settings.jsonData;
  const type = spanBar?.type ?? 'Duration';
  return (
    <ConfigSection title="Trace view">
      <SwitchSetting
        label="Node graph"
        description="A graph of the spans above the trace."
        value={nodeGraph?.enabled ?? true}
        disabled={settings.readOnly}
        onSwitch={(enabled) => {
          onSettings(withJson(settings, { nodeGraph: { enabled } }));
        }}
      />
      <SettingField label="Beside a span’s name">
        {(id) => (
          <Combobox
            id={id}
            width={30}
            options={SPAN_BARS}
            value={type}
            disabled={settings.readOnly}
            onChange={({ value }) => {
              onSettings(withJson(settings, { spanBar: { ...spanBar, type: value } }));
            }}
          />
        )}
      </SettingField>
      {type === 'Tag' && (
        <TextSetting
          label="Attribute beside the name"
          width={30}
          placeholder="http.route"
          value={spanBar?.tag}
          disabled={settings.readOnly}
          onText={(tag) => {
            onSettings(withJson(settings, { spanBar: { type, tag } }));
          }}
        />
      )}
    </ConfigSection>
  );
}
