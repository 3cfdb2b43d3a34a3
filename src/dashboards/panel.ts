import type { KeptQuery, QueryType } from '../contract/query.ts';
import { QUERY_VERSION } from '../contract/query.ts';
import type { DataSourceRef, Json, Panel, Target } from './dashboard.ts';
import { SPANHOUSE } from './variable.ts';

/** A panel before it has its place: how large it is, and what it shows. */
export interface Draft {
  readonly type: string;
  readonly title: string;
  readonly w: number;
  readonly h: number;
  readonly source?: Source;
  readonly [field: string]: unknown;
}

/** What a panel asks; or the title of another panel, above or below, whose answer it shows too. */
export type Source =
  { readonly datasource: DataSourceRef; readonly targets: readonly Target[] } | { readonly answerOf: string };

/** The grid that Grafana lays panels on. */
const COLUMNS = 24;
/** Grafana's own name for the other panels of a dashboard. */
const DASHBOARD: DataSourceRef = { type: 'datasource', uid: '-- Dashboard --' };

/** Places rows of panels one under the other, each from left to right, and counts them. */
export function layOut(rows: readonly (readonly Draft[])[]): readonly Panel[] {
  const ids = new Map(rows.flat().map(({ title }, at) => [title, at + 1]));
  let y = 0;
  return rows.flatMap((row) => {
    let x = 0;
    const top = y;
    y += Math.max(...row.map(({ h }) => h));
    return row.map(({ w, h, source, ...rest }) => {
      const gridPos = { x, y: top, w, h };
      x += w;
      if (x > COLUMNS) throw new Error(`the row of "${rest.title}" is wider than ${COLUMNS} columns`);
      return { id: idOf(ids, rest.title), ...rest, gridPos, ...(source && asked(source, ids)) };
    });
  });
}

function asked(source: Source, ids: ReadonlyMap<string, number>): Pick<Panel, 'datasource' | 'targets'> {
  if (!('answerOf' in source)) return source;
  const panelId = idOf(ids, source.answerOf);
  return { datasource: DASHBOARD, targets: [{ refId: 'A', datasource: DASHBOARD, panelId }] };
}

function idOf(ids: ReadonlyMap<string, number>, title: string): number {
  const id = ids.get(title);
  if (id === undefined) throw new Error(`no panel is called "${title}"`);
  return id;
}

/** One question to the dashboard's data source. */
export function ask(queryType: QueryType, query: KeptQuery): Source {
  return {
    datasource: SPANHOUSE,
    targets: [{ refId: 'A', datasource: SPANHOUSE, version: QUERY_VERSION, queryType, ...query }],
  };
}

export function heading(title: string): Draft {
  return { type: 'row', title, w: COLUMNS, h: 1, collapsed: false, panels: [] };
}

interface Box {
  readonly title: string;
  readonly w: number;
  readonly h: number;
  readonly source: Source;
  readonly description?: string;
}

/** Lines over time. */
export function timeSeries({ unit, ...box }: Box & { readonly unit: string }): Draft {
  return {
    type: 'timeseries',
    ...box,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: 'palette-classic' },
        custom: { drawStyle: 'line', lineWidth: 1, fillOpacity: 10, showPoints: 'auto', spanNulls: false },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

interface StatBox extends Box {
  readonly unit: string;
  /** A reducer of Grafana's: `mean`, `p95`. */
  readonly calc: string;
  /** From which value on it is bad; none for what is neither good nor bad. */
  readonly badFrom?: number;
  /** Of which column, where there are several. */
  readonly column?: string;
}

/** One number. */
export function stat({ unit, calc, badFrom, column, ...box }: StatBox): Draft {
  const steps = [
    { color: badFrom === undefined ? 'text' : 'green', value: null },
    ...(badFrom === undefined ? [] : [{ color: 'red', value: badFrom }]),
  ];
  return {
    type: 'stat',
    ...box,
    fieldConfig: { defaults: { unit, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    options: {
      reduceOptions: {
        calcs: [calc],
        fields: column === undefined ? '' : `/^${column}$/i`,
        values: false,
      },
      colorMode: badFrom === undefined ? 'none' : 'value',
      graphMode: column === undefined ? 'area' : 'none',
      textMode: 'value',
      justifyMode: 'auto',
      orientation: 'auto',
    },
  };
}

interface TableBox extends Box {
  /** By name of the column. */
  readonly overrides?: readonly Json[];
  readonly transformations?: readonly Json[];
  /** Which of several tables that the question is answered with. */
  readonly frameIndex?: number;
}

export function table({ overrides = [], transformations = [], frameIndex = 0, ...box }: TableBox): Draft {
  return {
    type: 'table',
    ...box,
    fieldConfig: { defaults: { custom: { filterable: true } }, overrides },
    options: { showHeader: true, cellHeight: 'sm', frameIndex },
    transformations,
  };
}

export function nodeGraph(box: Box): Draft {
  return { type: 'nodeGraph', ...box, options: { zoomMode: 'cooperative' } };
}

const CHOSEN_TRACE = 'Chosen trace';

/** The trace whose id the variable holds, and the graph of its spans; a click in a table, or whoever types, puts it there. */
export function chosenTrace(variable: string): readonly (readonly Draft[])[] {
  const trace: Draft = {
    type: 'traces',
    title: CHOSEN_TRACE,
    description:
      'The trace whose id stands in the variable Trace ID: click a duration in a table to choose it.',
    w: COLUMNS,
    h: 18,
    source: ask('trace', { query: `$${variable}` }),
    options: {},
  };
  const graph = nodeGraph({ title: 'Its spans', w: COLUMNS, h: 14, source: { answerOf: CHOSEN_TRACE } });
  return [[heading('One trace')], [trace], [graph]];
}

/** A column with a property, or more. */
export function column(name: string, properties: readonly Json[]): Json {
  return { matcher: { id: 'byName', options: name }, properties };
}

/** A click on the column shows the trace of the same row further below. */
export function linkToChosen(name: string, kept: readonly string[]): Json {
  const variables = kept.map((variable) => `\${${variable}:queryparam}`);
  const parts = ['var-traceId=${__data.fields.traceID}', ...variables, '${__url_time_range}'];
  const url = `/d/\${__dashboard.uid}?${parts.join('&')}`;
  return column(name, [{ id: 'links', value: [{ title: 'Show this trace below', url }] }]);
}
