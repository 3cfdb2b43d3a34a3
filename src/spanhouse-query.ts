import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type { KeptQuery } from './contract/query.ts';
import type { DataSourceJson, DataSourceSecrets } from './contract/settings.ts';

/** The kept query as Grafana hands it around: with the fields of every query. */
export interface SpanhouseQuery extends Omit<KeptQuery, 'refId' | 'queryType'>, DataQuery {}

export interface SpanhouseJson extends DataSourceJson, DataSourceJsonData {}

/** Custom headers are numbered from one: `httpHeaderValue1` and so on. */
export type SpanhouseSecrets = DataSourceSecrets & Readonly<Record<string, string | undefined>>;
