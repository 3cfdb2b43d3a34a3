import {
  type AdHocVariableFilter,
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type DataSourcePlugin,
  type DataSourceSettings,
  dateTime,
  type MetricFindValue,
  type TimeRange,
} from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { Alert, Button, Combobox, Field, Stack } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import { lastValueFrom, type Observable } from 'rxjs';
import { FrameTable } from './FrameTable.tsx';
import { putSettings } from './settings.ts';

/** What Grafana knows of the plugin and of the data source that a page shows. */
export interface PageProps {
  readonly plugin: DataSourcePlugin<DataSourceApi>;
  readonly datasource: DataSourceApi;
  readonly settings: DataSourceSettings;
}

const NOW = Date.now();
const RANGE: TimeRange = {
  from: dateTime(NOW - 3_600_000),
  to: dateTime(NOW + 60_000),
  raw: { from: 'now-1h', to: 'now' },
};

/** The page of a data source's settings: the plugin's editor, and *Save & test*. */
export function ConfigPage({ plugin, datasource, settings }: PageProps) {
  const [options, setOptions] = useState(settings);
  const [outcome, setOutcome] = useState<{ status: string; message: string }>();
  const Editor = plugin.components.ConfigEditor!;
  const saveAndTest = async () => {
    setOptions(await putSettings(options));
    setOutcome(await datasource.testDatasource().catch(asOutcome));
  };
  return (
    <Stack direction="column" gap={2}>
      <h1>Settings</h1>
      <Editor options={options} onOptionsChange={setOptions} />
      {outcome !== undefined && (
        <Alert severity={outcome.status === 'success' ? 'success' : 'error'} title={outcome.message} />
      )}
      <Button
        disabled={options.readOnly}
        onClick={() => {
          void saveAndTest();
        }}
      >
        Save &amp; test
      </Button>
    </Stack>
  );
}

function asOutcome(error: unknown): { status: string; message: string } {
  return { status: 'error', message: error instanceof Error ? error.message : String(error) };
}

/** Explore: one query, its editor, and what was found. */
export function ExplorePage({ plugin, datasource }: PageProps) {
  const [query, setQuery] = useState<DataQuery>({
    refId: 'A',
    ...datasource.getDefaultQuery?.(CoreApp.Explore),
  });
  const [asked, setAsked] = useState(0);
  const { frames, error } = useFrames(datasource, query, asked, []);
  const Editor = plugin.components.QueryEditor!;
  const Help = plugin.components.QueryEditorHelp!;
  const run = () => {
    setAsked((times) => times + 1);
  };
  return (
    <Stack direction="column" gap={2}>
      <h1>Explore</h1>
      <Editor
        datasource={datasource}
        query={query}
        range={RANGE}
        app={CoreApp.Explore}
        onChange={setQuery}
        onRunQuery={run}
      />
      <p aria-label="History">{datasource.getQueryDisplayText?.(query)}</p>
      {error !== undefined && <Alert severity="error" title={error} />}
      {frames.map((frame, at) => (
        <FrameTable
          key={at}
          frame={frame}
          onQuery={(linked) => {
            setQuery(linked);
            run();
          }}
        />
      ))}
      <details>
        <summary>Help</summary>
        <Help
          datasource={datasource}
          query={query}
          onClickExample={(example) => {
            setQuery(example);
            run();
          }}
        />
      </details>
    </Stack>
  );
}

/** The editor of a dashboard's variable, with a preview of its values. */
export function VariablePage({ datasource }: PageProps) {
  const [query, setQuery] = useState<DataQuery>({ refId: 'Variable' });
  const [values, setValues] = useState<readonly MetricFindValue[]>([]);
  const support = datasource.variables as unknown as VariableSupport;
  const Editor = support.editor;
  useEffect(() => {
    const request = requestOf([query]);
    void lastValueFrom(support.query(request)).then(({ data }) => {
      setValues(data as MetricFindValue[]);
    });
  }, [support, query]);
  return (
    <Stack direction="column" gap={2}>
      <h1>Variable</h1>
      <Editor datasource={datasource} query={query} onChange={setQuery} onRunQuery={nothing} />
      <h2 id="preview">Preview of values</h2>
      <ul aria-labelledby="preview">
        {values.map(({ text }) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Stack>
  );
}

interface VariableSupport {
  readonly editor: React.ComponentType<Record<string, unknown>>;
  query(request: DataQueryRequest): Observable<DataQueryResponse>;
}

/** A dashboard with one panel of every span of `$service`, and its ad-hoc filters. */
export function DashboardPage({ datasource }: PageProps) {
  const [filter, setFilter] = useState<AdHocVariableFilter>({ key: '', operator: '=', value: '' });
  const [query] = useState({ refId: 'A', queryType: 'search', service: '$service' } as DataQuery);
  const { frames, error } = useFrames(datasource, query, 1, [filter]);
  return (
    <Stack direction="column" gap={2}>
      <h1>Dashboard</h1>
      <Stack direction="row" gap={1}>
        <Field label="Filter key" htmlFor="filter-key" noMargin>
          <Combobox
            id="filter-key"
            width={40}
            options={async (typed) =>
              containing(typed, (await datasource.getTagKeys?.({ filters: [] })) as Found)
            }
            value={filter.key || null}
            onChange={({ value }) => {
              setFilter({ ...filter, key: value, value: '' });
            }}
          />
        </Field>
        <Field label="Filter value" htmlFor="filter-value" noMargin>
          <Combobox
            id="filter-value"
            width={40}
            options={async (typed) =>
              containing(
                typed,
                (await datasource.getTagValues?.({
                  key: filter.key,
                  filters: [],
                  timeRange: RANGE,
                })) as Found,
              )
            }
            value={filter.value || null}
            onChange={({ value }) => {
              setFilter({ ...filter, value });
            }}
          />
        </Field>
      </Stack>
      {error !== undefined && <Alert severity="error" title={error} />}
      {frames.map((frame, at) => (
        <FrameTable key={at} frame={frame} onQuery={nothing} />
      ))}
    </Stack>
  );
}

/** A dashboard's panel of the trace `$trace`. */
export function TracePanelPage({ datasource }: PageProps) {
  const [query] = useState({ refId: 'A', queryType: 'trace', query: '$trace' } as DataQuery);
  const { frames, error, isAnswered } = useFrames(datasource, query, 1, NO_FILTERS);
  return (
    <Stack direction="column" gap={2}>
      <h1>Trace panel</h1>
      {error !== undefined && <Alert severity="error" title={error} />}
      {isAnswered && frames.length === 0 && <p>No data</p>}
      {frames.map((frame, at) => (
        <FrameTable key={at} frame={frame} onQuery={nothing} />
      ))}
    </Stack>
  );
}

const NO_FILTERS: readonly AdHocVariableFilter[] = [];

/** The editor of a dashboard's annotation. */
export function AnnotationPage({ datasource }: PageProps) {
  const [annotation, setAnnotation] = useState<object>({ name: 'Marks', enable: true, iconColor: 'red' });
  const Editor = datasource.annotations!.QueryEditor as unknown as React.ComponentType<
    Record<string, unknown>
  >;
  return (
    <Stack direction="column" gap={2}>
      <h1>Annotation</h1>
      <Editor
        datasource={datasource}
        query={{ refId: 'Anno' }}
        annotation={annotation}
        onAnnotationChange={setAnnotation}
        onChange={nothing}
        onRunQuery={nothing}
      />
    </Stack>
  );
}

type Found = readonly MetricFindValue[];

function containing(typed: string, found: Found | undefined) {
  return (found ?? [])
    .filter(({ text }) => text.includes(typed))
    .map(({ text }) => ({ label: text, value: text }));
}

function useFrames(
  datasource: DataSourceApi,
  query: DataQuery,
  asked: number,
  filters: readonly AdHocVariableFilter[],
): {
  readonly frames: readonly DataFrame[];
  readonly error: string | undefined;
  readonly isAnswered: boolean;
} {
  const [frames, setFrames] = useState<readonly DataFrame[]>([]);
  const [error, setError] = useState<string>();
  const [isAnswered, setIsAnswered] = useState(false);
  const complete = filters.filter(({ value }) => value !== '');
  const key = JSON.stringify([query, complete]);
  useEffect(() => {
    if (asked === 0) return;
    const request = { ...requestOf([query]), filters: complete };
    void lastValueFrom(datasource.query(request) as Observable<DataQueryResponse>)
      .then(({ data, errors }) => {
        setFrames(data as DataFrame[]);
        setError(errors?.[0]?.message);
      })
      .catch((thrown: unknown) => {
        setError(String(thrown));
      })
      .finally(() => {
        setIsAnswered(true);
      });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says it all
  }, [datasource, asked, key]);
  return { frames, error, isAnswered };
}

function requestOf(targets: DataQuery[]): DataQueryRequest {
  return {
    app: CoreApp.Explore,
    requestId: 'page',
    interval: '30s',
    intervalMs: 30_000,
    maxDataPoints: 500,
    range: RANGE,
    scopedVars: {},
    startTime: RANGE.from.valueOf(),
    targets,
    timezone: 'utc',
  };
}

function nothing(): void {
  // What the page does not need to know.
}
