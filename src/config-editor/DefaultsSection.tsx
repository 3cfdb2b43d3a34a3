import React from 'react';
import { DEFAULT_LIMIT } from '../contract/settings.ts';
import { ConfigSection } from './ConfigSection.tsx';
import { withJson } from './edit-settings.ts';
import type { SectionProps } from './section-props.ts';
import { TextSetting } from './TextSetting.tsx';
import { wholeNumberFlaw } from './validate-settings.ts';

export function DefaultsSection({ settings, onSettings }: SectionProps) {
  const { defaultLimit } = settings.jsonData;
  return (
    <ConfigSection title="Defaults">
      <TextSetting
        label="Limit"
        description="Rows of a search that names no limit."
        type="number"
        width={20}
        placeholder={String(DEFAULT_LIMIT)}
        value={defaultLimit}
        error={wholeNumberFlaw(defaultLimit)}
        disabled={settings.readOnly}
        onText={(text) => {
          onSettings(withJson(settings, { defaultLimit: text === '' ? undefined : Number(text) }));
        }}
      />
    </ConfigSection>
  );
}
