import type { DataSourceSettings } from '@grafana/data';
import type { SpanhouseJson, SpanhouseSecrets } from '../spanhouse-query.ts';

export type Settings = DataSourceSettings<SpanhouseJson, SpanhouseSecrets>;

/** Every change is a new value of the settings: nothing is edited in place. */
export function withJson(settings: Settings, change: Partial<SpanhouseJson>): Settings {
  return { ...settings, jsonData: { ...settings.jsonData, ...change } };
}

/** A secret goes to Grafana, and is never sent back: only that there is one. */
export function withSecret(settings: Settings, name: string, value: string): Settings {
  return { ...settings, secureJsonData: { ...settings.secureJsonData, [name]: value } };
}

export function withoutSecret(settings: Settings, name: string): Settings {
  return {
    ...settings,
    secureJsonFields: { ...settings.secureJsonFields, [name]: false },
    secureJsonData: { ...settings.secureJsonData, [name]: '' },
  };
}

export type AuthMethod = NonNullable<SpanhouseJson['authMethod']>;

/** Data sources that were provisioned before there was a choice say it by what they have. */
export function authMethod({ jsonData, basicAuth, secureJsonFields }: Settings): AuthMethod {
  if (jsonData.authMethod !== undefined) return jsonData.authMethod;
  if (basicAuth) return 'basic';
  if (jsonData.oauthPassThru) return 'forward';
  return secureJsonFields['token'] ? 'token' : 'none';
}

/** Grafana itself reads whether to forward, and whether basic authentication is on. */
export function withAuthMethod(settings: Settings, method: AuthMethod): Settings {
  const chosen = withJson(settings, { authMethod: method, oauthPassThru: method === 'forward' });
  return { ...chosen, basicAuth: method === 'basic' };
}

export interface CustomHeader {
  readonly name: string;
  /** Undefined where Grafana has kept one and it was not changed. */
  readonly value: string | undefined;
  readonly isConfigured: boolean;
}

/** Numbered from one to the first gap. */
export function customHeaders({
  jsonData,
  secureJsonData,
  secureJsonFields,
}: Settings): readonly CustomHeader[] {
  const headers: CustomHeader[] = [];
  for (let number = 1; ; number++) {
    const name = (jsonData as Readonly<Record<string, unknown>>)[`httpHeaderName${number}`];
    if (typeof name !== 'string') return headers;
    const secret = `httpHeaderValue${number}`;
    headers.push({ name, value: secureJsonData?.[secret], isConfigured: secureJsonFields[secret] === true });
  }
}

export function withHeaderName(settings: Settings, number: number, name: string): Settings {
  return withJson(settings, { [`httpHeaderName${number}`]: name });
}

export function withAddedHeader(settings: Settings): Settings {
  return withHeaderName(settings, customHeaders(settings).length + 1, '');
}

/**
 * The last header only: a value that Grafana has kept cannot be read, and so not moved to another number. Whoever wants
 * one out of the middle gone overwrites it.
 */
export function withoutLastHeader(settings: Settings): Settings {
  const number = customHeaders(settings).length;
  const { [`httpHeaderName${number}`]: _name, ...jsonData } = settings.jsonData as SpanhouseJson &
    Record<string, unknown>;
  return withoutSecret({ ...settings, jsonData: jsonData }, `httpHeaderValue${number}`);
}
