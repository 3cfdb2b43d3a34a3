/** A data source as somebody saved it in Grafana. */
export interface SavedDataSource {
  readonly url: string;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly uid?: string;
  readonly orgId?: number;
  readonly lastUpdatedMs?: number;
  readonly basicAuthUser?: string;
  /** Of the user who asks. */
  readonly role?: string;
}

/** What Grafana sends with every call. */
export function contextOf(source: SavedDataSource): object {
  const {
    url,
    json = {},
    secrets = {},
    uid = 'spans',
    orgId = 1,
    lastUpdatedMs = 1,
    role = 'Admin',
  } = source;
  return {
    orgId,
    pluginId: 'spanhouse-traces-datasource',
    user: { login: 'somebody', name: 'Somebody', email: 'somebody@example.org', role },
    dataSourceInstanceSettings: {
      id: 1,
      name: 'Spans',
      url,
      uid,
      basicAuthEnabled: source.basicAuthUser !== undefined,
      basicAuthUser: source.basicAuthUser ?? '',
      jsonData: Buffer.from(JSON.stringify(json)),
      decryptedSecureJsonData: secrets,
      lastUpdatedMS: lastUpdatedMs,
    },
    grafanaConfig: { GF_APP_URL: 'http://localhost:3000/' },
    pluginVersion: '0.1.0',
  };
}
