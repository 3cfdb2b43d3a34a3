/** `jsonData` of a data source: what is not secret. Every name is part of what people provision. */
export interface DataSourceJson {
  readonly tenant?: string;
  readonly db?: string;
  readonly table?: string;

  /** Traces of a search that names no limit. */
  readonly defaultLimit?: number;
  /** Seconds that the server may take for one request. */
  readonly timeout?: number;

  /** A token in `Authorization: Bearer`; the token itself is in `secureJsonData.token`. */
  readonly authMethod?: 'none' | 'basic' | 'token' | 'forward';
  readonly oauthPassThru?: boolean;
  readonly keepCookies?: readonly string[];
  readonly tlsAuth?: boolean;
  readonly tlsAuthWithCACert?: boolean;
  readonly tlsSkipVerify?: boolean;
  readonly serverName?: string;
  /** With `secureJsonData.httpHeaderValue1` and so on, from 1 to the first gap. */
  readonly httpHeaderName1?: string;

  /** Read by Grafana's core. */
  readonly tracesToLogsV2?: object;
  readonly tracesToMetrics?: object;
  readonly tracesToProfiles?: object;
  readonly nodeGraph?: { readonly enabled?: boolean };
  readonly spanBar?: { readonly type?: 'None' | 'Duration' | 'Tag'; readonly tag?: string };
}

/** `secureJsonData`: never sent back to the browser. */
export interface DataSourceSecrets {
  readonly basicAuthPassword?: string;
  readonly token?: string;
  readonly tlsCACert?: string;
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
  readonly httpHeaderValue1?: string;
}

export const DEFAULT_LIMIT = 20;
export const DEFAULT_TIMEOUT_S = 30;
