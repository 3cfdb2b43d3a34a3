import { locationUtil } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { createCompletion } from '../completion/completion.ts';
import type { Dashboard } from './dashboard.ts';

/** What the dialog asks of Grafana: all of it under the rights of whoever sits before it. */
export interface DashboardApi {
  services(dataSourceUid: string): Promise<readonly string[]>;
  /** Those that the user may write in, by what was typed. */
  folders(typed: string): Promise<readonly Folder[]>;
  /** The path at which the new dashboard is opened. Throws what Grafana's `fetch` throws. */
  save(dashboard: Dashboard, folderUid: string | undefined): Promise<string>;
}

export interface Folder {
  readonly uid: string;
  readonly title: string;
  /** Of the folder that it is in. */
  readonly folderTitle?: string;
}

export const dashboardApi: DashboardApi = {
  services: (uid) => {
    const path = `/api/datasources/uid/${encodeURIComponent(uid)}/resources/`;
    return createCompletion((resource) => request('GET', path + resource)).services();
  },
  folders: (query) => {
    const params = new URLSearchParams({ type: 'dash-folder', permission: 'Edit', limit: '100', query });
    return request('GET', `/api/search?${params}`);
  },
  save: async (dashboard, folderUid) => {
    const message = 'Built by the Spanhouse data source';
    const body = { dashboard: { ...dashboard, id: null }, folderUid, message, overwrite: false };
    const { url } = await request<{ readonly url: string }>('POST', '/api/dashboards/db', body);
    return locationUtil.stripBaseFromUrl(url);
  },
};

/** What goes wrong is told in the dialog, and not a second time in a corner of the page. */
async function request<T>(method: 'GET' | 'POST', url: string, data?: object): Promise<T> {
  const answer = getBackendSrv().fetch<T>({
    method,
    url,
    data,
    showErrorAlert: false,
    showSuccessAlert: false,
  });
  return (await lastValueFrom(answer)).data;
}
