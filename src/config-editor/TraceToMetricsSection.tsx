import { Button, Stack } from '@grafana/ui';
import React from 'react';
import type { SectionProps } from './section-props.ts';
import { TextSetting } from './TextSetting.tsx';
import type { MetricLink } from './trace-links.ts';
import { ShiftFields } from './TraceLinkFields.tsx';
import { TraceLinkSection } from './TraceLinkSection.tsx';

export function TraceToMetricsSection(props: SectionProps) {
  return (
    <TraceLinkSection
      {...props}
      name="tracesToMetrics"
      title="Trace to metrics"
      description="From a span to the metrics of what it ran on."
      types="prometheus"
    >
      {({ link, disabled, onEdit }) => (
        <>
          <ShiftFields
            start={link.spanStartTimeShift}
            end={link.spanEndTimeShift}
            disabled={disabled}
            onShift={onEdit}
          />
          <MetricQueries
            queries={link.queries ?? []}
            disabled={disabled}
            onQueries={(queries) => {
              onEdit({ queries });
            }}
          />
        </>
      )}
    </TraceLinkSection>
  );
}

interface MetricQueriesProps {
  readonly queries: readonly MetricLink[];
  readonly disabled: boolean;
  readonly onQueries: (queries: readonly MetricLink[]) => void;
}

function MetricQueries({ queries, disabled, onQueries }: MetricQueriesProps) {
  const editAt = (at: number, change: MetricLink) => {
    onQueries(queries.map((query, index) => (index === at ? { ...query, ...change } : query)));
  };
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {queries.map((query, at) => (
        <Stack key={at} direction="row" gap={1} wrap="wrap" alignItems="flex-end">
          <TextSetting
            label={`Name of query ${at + 1}`}
            width={24}
            placeholder="Request rate"
            value={query.name}
            disabled={disabled}
            onText={(name) => {
              editAt(at, { name });
            }}
          />
          <TextSetting
            label={`Query ${at + 1}`}
            placeholder="sum(rate(requests_total{$__tags}[5m]))"
            value={query.query}
            disabled={disabled}
            onText={(text) => {
              editAt(at, { query: text });
            }}
          />
          <Button
            variant="secondary"
            icon="trash-alt"
            aria-label={`Remove query ${at + 1}`}
            disabled={disabled}
            onClick={() => {
              onQueries(queries.filter((_query, index) => index !== at));
            }}
          />
        </Stack>
      ))}
      <Button
        variant="secondary"
        icon="plus"
        disabled={disabled}
        onClick={() => {
          onQueries([...queries, {}]);
        }}
      >
        Add query
      </Button>
    </Stack>
  );
}
