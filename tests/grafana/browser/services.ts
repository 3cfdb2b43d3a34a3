import type { DataSourceInstanceSettings, ScopedVars, TypedVariableModel } from '@grafana/data';
import {
  type BackendSrv,
  type BackendSrvRequest,
  config,
  type DataSourceSrv,
  type EchoSrv,
  type GetDataSourceListFilters,
  type FetchResponse,
  setBackendSrv,
  setDataSourceSrv,
  setEchoSrv,
  setTemplateSrv,
} from '@grafana/runtime';
import { from, lastValueFrom, map, type Observable } from 'rxjs';

/** A dashboard's variable and what is chosen of it. */
export interface PageVariable {
  readonly name: string;
  readonly value: string | readonly string[];
}

export interface PageServices {
  readonly variables: () => readonly PageVariable[];
  readonly settings: () => DataSourceInstanceSettings;
}

/** The services that Grafana's core gives to plugins, as far as ours asks for them. */
export function installServices({ variables, settings }: PageServices): void {
  setBackendSrv(backendSrv as unknown as BackendSrv);
  setEchoSrv({ flush: nothing, addBackend: nothing, addEvent: nothing } as unknown as EchoSrv);
  setTemplateSrv({
    getVariables: () => variables() as unknown as TypedVariableModel[],
    replace: (text, scopedVars, format) => replaceVariables(text ?? '', variables(), scopedVars, format),
    containsTemplate: (text) => /\$\w/.test(text ?? ''),
    updateTimeRange: nothing,
  });
  const others = () =>
    OTHERS.map(([type, name]) => ({
      ...settings(),
      type,
      name,
      uid: type,
      meta: { ...settings().meta, id: type, name },
    }));
  setDataSourceSrv({
    getList: ({ type }: GetDataSourceListFilters) =>
      others().filter((other) => type === undefined || [type].flat().includes(other.type)),
    getInstanceSettings: (ref: string | { uid?: string } | null | undefined) => {
      const uid = (typeof ref === 'string' ? ref : ref?.uid) ?? settings().uid;
      return [settings(), ...others()].find((one) => one.uid === uid);
    },
  } as unknown as DataSourceSrv);
  config.featureToggles = {};
}

/** Data sources that links can lead to. */
const OTHERS = [
  ['loki', 'Logs'],
  ['prometheus', 'Metrics'],
  ['grafana-pyroscope-datasource', 'Profiles'],
] as const;

const VARIABLE = /\$(\w+)|\$\{(\w+)(?::\w+)?\}/g;

function replaceVariables(
  text: string,
  variables: readonly PageVariable[],
  scopedVars: ScopedVars | undefined,
  format: unknown,
): string {
  return text.replace(VARIABLE, (whole, plain: string | undefined, braced: string | undefined) => {
    const name = plain ?? braced ?? '';
    const scoped = scopedVars?.[name]?.value as string | undefined;
    const value = scoped ?? variables.find((one) => one.name === name)?.value;
    if (value === undefined) return whole;
    if (typeof format === 'function') return (format as (value: unknown) => string)(value);
    return typeof value === 'string' ? value : `{${value.join(',')}}`;
  });
}

const backendSrv = {
  fetch: <T>(request: BackendSrvRequest): Observable<FetchResponse<T>> => from(send<T>(request)),
  datasourceRequest: async <T>(request: BackendSrvRequest): Promise<FetchResponse<T>> => send<T>(request),
  get: <T>(url: string, params?: Record<string, string>) => body<T>({ url, method: 'GET', params }),
  post: <T>(url: string, data?: unknown) => body<T>({ url, method: 'POST', data }),
  put: <T>(url: string, data?: unknown) => body<T>({ url, method: 'PUT', data }),
};

function body<T>(request: BackendSrvRequest): Promise<T> {
  return lastValueFrom(backendSrv.fetch<T>(request).pipe(map(({ data }) => data)));
}

/** As Grafana does it: a refusal is an error with the answer's body in `data`. */
async function send<T>(request: BackendSrvRequest): Promise<FetchResponse<T>> {
  const { url, method = 'GET', params = {} } = request;
  const data: unknown = request.data;
  const query = new URLSearchParams(params as Record<string, string>).toString();
  const response = await fetch(query === '' ? url : `${url}?${query}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(request.headers as Record<string, string> | undefined),
    },
    ...(data !== undefined && { body: JSON.stringify(data) }),
  });
  const answer = (await response.json()) as T;
  const { status, statusText, ok } = response;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- what Grafana's own service throws
  if (!ok) throw { status, statusText, data: answer, config: request };
  const { headers, redirected, type } = response;
  return { data: answer, status, statusText, ok, headers, redirected, type, url, config: request };
}

function nothing(): void {
  // What the page does not show.
}
