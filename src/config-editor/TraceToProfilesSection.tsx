import React from 'react';
import { ConfigSection } from './ConfigSection.tsx';
import { withJson } from './edit-settings.ts';
import type { SectionProps } from './section-props.ts';
import { TextSetting } from './TextSetting.tsx';
import { traceLink, type TraceToProfiles } from './trace-links.ts';
import { TagsField, TargetField } from './TraceLinkFields.tsx';

export function TraceToProfilesSection({ settings, onSettings }: SectionProps) {
  const link = traceLink(settings.jsonData, 'tracesToProfiles');
  const disabled = settings.readOnly;
  const edit = (change: Partial<TraceToProfiles>) => {
    onSettings(withJson(settings, { tracesToProfiles: { ...link, ...change } }));
  };
  return (
    <ConfigSection title="Trace to profiles" description="From a span to where its time was spent.">
      <TargetField
        uid={link.datasourceUid}
        types="grafana-pyroscope-datasource"
        disabled={disabled}
        onUid={(datasourceUid) => {
          edit({ datasourceUid });
        }}
      />
      {link.datasourceUid !== undefined && (
        <>
          <TagsField
            tags={link.tags}
            disabled={disabled}
            onTags={(tags) => {
              edit({ tags });
            }}
          />
          <TextSetting
            label="Profile type"
            placeholder="process_cpu:cpu:nanoseconds:cpu:nanoseconds"
            value={link.profileTypeId}
            disabled={disabled}
            onText={(profileTypeId) => {
              edit({ profileTypeId });
            }}
          />
          <TextSetting
            label="Own query"
            placeholder={'{service_name="${__span.tags["service.name"]}"}'}
            value={link.query}
            disabled={disabled}
            onText={(query) => {
              edit({ query, customQuery: query !== '' });
            }}
          />
        </>
      )}
    </ConfigSection>
  );
}
