/**
 * The classic JSON of a dashboard, as far as ours use it: what Grafana 12.3 and newer read, import and provision. Plain
 * values, so that the browser, the backend and the files say the same.
 */
export interface Dashboard {
  readonly __inputs?: readonly Input[];
  readonly uid?: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly version: number;
  readonly editable: boolean;
  readonly graphTooltip: number;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly timezone: string;
  readonly links: readonly DashboardLink[];
  readonly annotations: { readonly list: readonly Json[] };
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
}

export type Json = Readonly<Record<string, unknown>>;

/** What Grafana asks for, or fills in by itself, when a plugin's own dashboard is imported. */
export interface Input {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'datasource';
  readonly pluginId: string;
  readonly pluginName: string;
}

export interface DashboardLink {
  readonly title: string;
  readonly type: 'dashboards';
  readonly tags: readonly string[];
  readonly asDropdown: boolean;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly type: 'datasource' | 'query' | 'custom' | 'textbox' | 'adhoc';
  readonly [field: string]: unknown;
}

export interface DataSourceRef {
  readonly type: string;
  readonly uid: string;
}

export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Target {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly [field: string]: unknown;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: GridPos;
  readonly datasource?: DataSourceRef;
  readonly targets?: readonly Target[];
  readonly [field: string]: unknown;
}

/** Under which a dashboard is kept: provisioned ones have the same everywhere, imported and built ones get one. */
export interface Placement {
  readonly uid?: string;
  readonly dataSource: DataSourceChoice;
}

/**
 * What the variable `datasource` stands at: the first one that there is, one by its uid, or the one into which Grafana
 * imports.
 */
export type DataSourceChoice = 'first' | 'imported' | { readonly uid: string; readonly name: string };

export const PLUGIN_ID = 'spanhouse-traces-datasource';
/** Grafana 12's: newer ones read it and write their own. */
const SCHEMA_VERSION = 41;
/** Every dashboard of ours links to its neighbours by this tag. */
const TAG = 'spanhouse';

interface Content {
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly panels: readonly Panel[];
}

export function createDashboard(
  { uid, dataSource }: Placement,
  { title, description, variables, panels }: Content,
): Dashboard {
  return {
    ...(dataSource === 'imported' ? { __inputs: [SPANHOUSE_INPUT] } : {}),
    ...(uid === undefined ? {} : { uid }),
    title,
    description,
    tags: [TAG],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        title: 'Spanhouse',
        type: 'dashboards',
        tags: [TAG],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    annotations: { list: [] },
    templating: { list: variables },
    panels,
  };
}

export const IMPORTED_UID = '${DS_SPANHOUSE}';

const SPANHOUSE_INPUT: Input = {
  name: 'DS_SPANHOUSE',
  label: 'Spanhouse',
  description: '',
  type: 'datasource',
  pluginId: PLUGIN_ID,
  pluginName: 'Spanhouse',
};
