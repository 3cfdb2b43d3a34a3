import React from 'react';
import type { SectionProps } from './section-props.ts';
import { SwitchSetting } from './SwitchSetting.tsx';
import { TextSetting } from './TextSetting.tsx';
import { LOG_TYPES } from './trace-links.ts';
import { ShiftFields } from './TraceLinkFields.tsx';
import { TraceLinkSection } from './TraceLinkSection.tsx';

export function TraceToLogsSection(props: SectionProps) {
  return (
    <TraceLinkSection
      {...props}
      name="tracesToLogsV2"
      title="Trace to logs"
      description="From a span to the lines that were logged meanwhile."
      types={LOG_TYPES}
    >
      {({ link, disabled, onEdit }) => (
        <>
          <ShiftFields
            start={link.spanStartTimeShift}
            end={link.spanEndTimeShift}
            disabled={disabled}
            onShift={onEdit}
          />
          <SwitchSetting
            label="Lines with the trace’s id"
            value={link.filterByTraceID}
            disabled={disabled}
            onSwitch={(filterByTraceID) => {
              onEdit({ filterByTraceID });
            }}
          />
          <SwitchSetting
            label="Lines with the span’s id"
            value={link.filterBySpanID}
            disabled={disabled}
            onSwitch={(filterBySpanID) => {
              onEdit({ filterBySpanID });
            }}
          />
          <TextSetting
            label="Own query"
            description="In place of all that: with ${__span.traceId}, ${__span.spanId} and ${__tags}."
            placeholder={'{${__tags}} |= "${__span.traceId}"'}
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
