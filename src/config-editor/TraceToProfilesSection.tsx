import React from 'react';
import type { SectionProps } from './section-props.ts';
import { TextSetting } from './TextSetting.tsx';
import { TraceLinkSection } from './TraceLinkSection.tsx';

export function TraceToProfilesSection(props: SectionProps) {
  return (
    <TraceLinkSection
      {...props}
      name="tracesToProfiles"
      title="Trace to profiles"
      description="From a span to where its time was spent."
      types="grafana-pyroscope-datasource"
    >
      {({ link, disabled, onEdit }) => (
        <>
          <TextSetting
            label="Profile type"
            placeholder="process_cpu:cpu:nanoseconds:cpu:nanoseconds"
            value={link.profileTypeId}
            disabled={disabled}
            onText={(profileTypeId) => {
              onEdit({ profileTypeId });
            }}
          />
          <TextSetting
            label="Own query"
            placeholder={'{service_name="${__span.tags["service.name"]}"}'}
            value={link.query}
            disabled={disabled}
            onText={(query) => {
              onEdit({ query, customQuery: query !== '' });
            }}
          />
        </>
      )}
    </TraceLinkSection>
  );
}
