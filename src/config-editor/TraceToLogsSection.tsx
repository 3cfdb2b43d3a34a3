import React from 'react';
import { ConfigSection } from './ConfigSection.tsx';
import { withJson } from './edit-settings.ts';
import type { SectionProps } from './section-props.ts';
import { SwitchSetting } from './SwitchSetting.tsx';
import { TextSetting } from './TextSetting.tsx';
import { LOG_TYPES, traceLink, type TraceToLogs } from './trace-links.ts';
import { ShiftFields, TagsField, TargetField } from './TraceLinkFields.tsx';

export function TraceToLogsSection({ settings, onSettings }: SectionProps) {
  const link = traceLink(settings.jsonData, 'tracesToLogsV2');
  const disabled = settings.readOnly;
  const edit = (change: Partial<TraceToLogs>) => {
    onSettings(withJson(settings, { tracesToLogsV2: { ...link, ...change } }));
  };
  return (
    <ConfigSection title="Trace to logs" description="From a span to the lines that were logged meanwhile.">
      <TargetField
        uid={link.datasourceUid}
        types={LOG_TYPES}
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
          <ShiftFields
            start={link.spanStartTimeShift}
            end={link.spanEndTimeShift}
            disabled={disabled}
            onShift={edit}
          />
          <SwitchSetting
            label="Lines with the trace’s id"
            value={link.filterByTraceID}
            disabled={disabled}
            onSwitch={(filterByTraceID) => {
              edit({ filterByTraceID });
            }}
          />
          <SwitchSetting
            label="Lines with the span’s id"
            value={link.filterBySpanID}
            disabled={disabled}
            onSwitch={(filterBySpanID) => {
              edit({ filterBySpanID });
            }}
          />
          <TextSetting
            label="Own query"
            description="In place of all that: with ${__span.traceId}, ${__span.spanId} and ${__tags}."
            placeholder={'{${__tags}} |= "${__span.traceId}"'}
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
