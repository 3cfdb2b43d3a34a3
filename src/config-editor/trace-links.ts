import type { SpanhouseJson } from '../spanhouse-query.ts';

/*
 * What Grafana's core reads out of a data source's jsonData to link a span to logs, metrics and profiles. The shapes are
 * its own.
 */

/** A span's attribute, and what it is called elsewhere. */
export interface TagMapping {
  readonly key: string;
  readonly value?: string;
}

interface TraceLink {
  readonly datasourceUid?: string | undefined;
  readonly tags?: readonly TagMapping[];
}

interface TimeShift {
  readonly spanStartTimeShift?: string;
  readonly spanEndTimeShift?: string;
}

interface CustomQuery {
  readonly customQuery?: boolean;
  readonly query?: string;
}

export interface TraceToLogs extends TraceLink, TimeShift, CustomQuery {
  readonly filterByTraceID?: boolean;
  readonly filterBySpanID?: boolean;
}

export interface TraceToMetrics extends TraceLink, TimeShift {
  readonly queries?: readonly MetricLink[];
}

export interface MetricLink {
  readonly name?: string;
  readonly query?: string;
}

export interface TraceToProfiles extends TraceLink, CustomQuery {
  readonly profileTypeId?: string;
}

export interface TraceLinks {
  readonly tracesToLogsV2: TraceToLogs;
  readonly tracesToMetrics: TraceToMetrics;
  readonly tracesToProfiles: TraceToProfiles;
}

export function traceLink<Name extends keyof TraceLinks>(json: SpanhouseJson, name: Name): TraceLinks[Name] {
  return json[name] ?? {};
}

/** Data sources that Grafana's core knows how to ask for a span's logs. */
export const LOG_TYPES = [
  'loki',
  'elasticsearch',
  'grafana-opensearch-datasource',
  'grafana-splunk-datasource',
  'grafana-falconlogscale-datasource',
  'googlecloud-logging-datasource',
  'victoriametrics-logs-datasource',
];

/** `service.name as service, pod` → pairs; what is written once is called the same on both sides. */
export function parseTags(text: string): readonly TagMapping[] {
  return text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', value] = pair.split(/\s+as\s+/);
      return value === undefined ? { key } : { key, value };
    });
}

export function printTags(tags: readonly TagMapping[] | undefined): string {
  return (tags ?? []).map(({ key, value }) => (value ? `${key} as ${value}` : key)).join(', ');
}
