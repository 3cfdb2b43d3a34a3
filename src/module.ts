import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './config-editor/ConfigEditor.tsx';
import { SpanhouseDataSource } from './datasource.ts';
import { QueryHelp } from './help/QueryHelp.tsx';
import { QueryEditor } from './query-editor/QueryEditor.tsx';
import type { SpanhouseJson, SpanhouseQuery, SpanhouseSecrets } from './spanhouse-query.ts';

/** What Grafana loads. */
export const plugin = new DataSourcePlugin<
  SpanhouseDataSource,
  SpanhouseQuery,
  SpanhouseJson,
  SpanhouseSecrets
>(SpanhouseDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
