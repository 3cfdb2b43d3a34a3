import React from 'react';
import { ConfigSection } from './ConfigSection.tsx';
import type { SectionProps } from './section-props.ts';
import { TextSetting } from './TextSetting.tsx';
import { urlFlaw } from './validate-settings.ts';

export function ConnectionSection({ settings, onSettings }: SectionProps) {
  return (
    <ConfigSection
      title="Connection"
      description="A Spanhouse server, or any server with Jaeger’s query API. Grafana’s server connects to it, not the browser."
    >
      <TextSetting
        label="URL"
        required
        type="url"
        placeholder="http://localhost:16686"
        value={settings.url}
        error={urlFlaw(settings.url)}
        disabled={settings.readOnly}
        onText={(url) => {
          onSettings({ ...settings, url });
        }}
      />
    </ConfigSection>
  );
}
