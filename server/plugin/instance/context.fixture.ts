import type { DataSourceInstanceSettings, PluginContext } from '../protocol/messages.ts';

export interface SettingsOfTest extends Partial<Omit<DataSourceInstanceSettings, 'jsonData'>> {
  readonly json?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly orgId?: number;
}

/** What Grafana sends of a data source; what a test leaves out is not set. */
export function contextOfTest({
  json = {},
  secrets = {},
  orgId = 1,
  ...source
}: SettingsOfTest = {}): PluginContext {
  return {
    orgId,
    pluginId: 'spanhouse-traces-datasource',
    user: null,
    grafanaConfig: {},
    dataSourceInstanceSettings: {
      id: 1,
      name: 'Spans',
      uid: 'spans',
      url: 'http://localhost:16686',
      user: '',
      database: '',
      basicAuthEnabled: false,
      basicAuthUser: '',
      lastUpdatedMS: 1,
      ...source,
      jsonData: Buffer.from(JSON.stringify(json)),
      decryptedSecureJsonData: secrets,
    },
  };
}
