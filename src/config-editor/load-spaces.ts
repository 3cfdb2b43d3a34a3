import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { createCompletion, type FoundSpace } from '../completion/completion.ts';

export type LoadSpaces = () => Promise<readonly FoundSpace[]>;

/** What the server of a saved data source lists. */
export function spacesOf(uid: string): LoadSpaces {
  const completion = createCompletion(async (path) => {
    const url = `/api/datasources/uid/${uid}/resources/${path}`;
    const { data } = await lastValueFrom(
      getBackendSrv().fetch<unknown>({ url, method: 'GET', showErrorAlert: false }),
    );
    return data;
  });
  return () => completion.spaces();
}

/** One request for all three fields; one that failed is made again. */
export function remembered(load: LoadSpaces): LoadSpaces {
  let asked: Promise<readonly FoundSpace[]> | undefined;
  return () => {
    asked ??= load().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
