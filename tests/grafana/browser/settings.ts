import type { DataSourceInstanceSettings, DataSourceSettings } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';

/** As Grafana keeps them: secrets stay with it, and come back as the fact that there are some. */
export async function putSettings(settings: DataSourceSettings): Promise<DataSourceSettings> {
  return getBackendSrv().put(`/api/datasources/uid/${settings.uid}`, settings);
}

export async function getSettings(uid: string): Promise<DataSourceSettings> {
  return getBackendSrv().get(`/api/datasources/uid/${uid}`);
}

/** What every user of a data source is told of it. */
export function instanceSettings(settings: DataSourceSettings, meta: object): DataSourceInstanceSettings {
  const { uid, type, name, jsonData, readOnly } = settings;
  return { uid, type, name, jsonData, readOnly, access: 'proxy', meta: meta as never };
}
