import { locationService, setBackendSrv, type BackendSrv, type BackendSrvRequest } from '@grafana/runtime';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import React from 'react';
import { of, throwError } from 'rxjs';
import { BuildDashboardButton } from './BuildDashboardButton.tsx';
import type { Dashboard } from './dashboard.ts';

interface Saved {
  readonly dashboard: Dashboard & { readonly id: null };
  readonly folderUid?: string;
  readonly overwrite: boolean;
}

const DATA_SOURCE = { uid: 'abc', name: 'Traces of acme' };

/** Grafana, as far as the dialog knows it; what is asked of it is kept. */
function fakeGrafana(save: () => unknown): { readonly requests: BackendSrvRequest[] } {
  const requests: BackendSrvRequest[] = [];
  const answer = (request: BackendSrvRequest): unknown => {
    if (request.url === '/api/datasources/uid/abc/resources/services') return { services: ['cart', 'stock'] };
    if (request.url.startsWith('/api/search?')) return [{ uid: 'f1', title: 'Shop' }];
    return save();
  };
  const fetch = (request: BackendSrvRequest) => {
    requests.push(request);
    try {
      return of({ data: answer(request) });
    } catch (thrown) {
      return throwError(() => thrown);
    }
  };
  setBackendSrv({ fetch } as unknown as BackendSrv);
  return { requests };
}

function savedBy({ requests }: { readonly requests: readonly BackendSrvRequest[] }): readonly Saved[] {
  return requests.filter(({ method }) => method === 'POST').map(({ data }) => data as Saved);
}

function openDialog(services: readonly string[]): void {
  render(<BuildDashboardButton dataSource={DATA_SOURCE} services={services} />);
  fireEvent.click(screen.getByRole('button', { name: 'Build dashboard' }));
}

function build(): void {
  fireEvent.click(screen.getByRole('button', { name: 'Build and open' }));
}

async function chooseFolder(name: string): Promise<void> {
  const field = screen.getByLabelText('Folder');
  // The dialog takes the focus once; a list that is open by then is closed by it.
  await waitFor(() => {
    expect(screen.getByRole('dialog')).toContainElement(document.activeElement as HTMLElement);
  });
  act(() => {
    field.focus();
  });
  fireEvent.click(field);
  fireEvent.click(await screen.findByRole('option', { name }));
}

function currentOf({ templating }: Dashboard, name: string): unknown {
  return templating.list.find((variable) => variable.name === name)?.['current'];
}

beforeAll(() => {
  // Lists show what there is room for, and a page without a layout has none.
  jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(400);
});

test('what is built stands at the chosen service and data source, and is opened', async () => {
  const grafana = fakeGrafana(() => ({ uid: 'new', url: '/d/new/service-overview' }));
  const opened = jest.spyOn(locationService, 'push');
  openDialog(['cart']);
  expect(screen.getByLabelText('Title')).toHaveValue('Service overview: cart');
  build();

  await waitFor(() => {
    expect(opened).toHaveBeenCalledWith('/d/new/service-overview');
  });
  const [saved, ...others] = savedBy(grafana);
  expect(others).toEqual([]);
  expect(saved).toMatchObject({ overwrite: false, dashboard: { id: null, title: 'Service overview: cart' } });
  expect(saved?.folderUid).toBeUndefined();
  expect(saved?.dashboard.uid).toBeUndefined();
  expect(currentOf(saved!.dashboard, 'service')).toEqual({ text: ['cart'], value: ['cart'] });
  expect(currentOf(saved!.dashboard, 'datasource')).toEqual({ text: 'Traces of acme', value: 'abc' });
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});

test('without a service it is for all of them, under a title of one’s own, in a folder', async () => {
  const grafana = fakeGrafana(() => ({ uid: 'new', url: '/d/new/x' }));
  openDialog([]);
  fireEvent.change(screen.getByLabelText('Title'), { target: { value: ' Everything ' } });
  await chooseFolder('Shop');
  build();

  await waitFor(() => {
    expect(savedBy(grafana)).toHaveLength(1);
  });
  const [saved] = savedBy(grafana);
  expect(saved).toMatchObject({ folderUid: 'f1', dashboard: { title: 'Everything' } });
  expect(currentOf(saved!.dashboard, 'service')).toEqual({ text: ['All'], value: ['$__all'] });
});

test('a refusal is told in a sentence, and the dialog stays', async () => {
  fakeGrafana(() => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as Grafana's fetch does it
    throw { status: 403, data: { message: 'Access denied' } };
  });
  openDialog([]);
  build();
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByRole('alert')).toHaveTextContent(
    'You may not write dashboards in the folder “Dashboards”: choose another folder',
  );
  expect(screen.getByRole('button', { name: 'Build and open' })).toBeEnabled();
});

test('a title is needed', () => {
  const grafana = fakeGrafana(() => undefined);
  openDialog([]);
  fireEvent.change(screen.getByLabelText('Title'), { target: { value: ' ' } });
  expect(screen.getByText('A dashboard needs a title.')).toBeInTheDocument();
  build();
  expect(savedBy(grafana)).toEqual([]);
});

test('a form around the button does not take the dialog’s for its own', async () => {
  const grafana = fakeGrafana(() => ({ uid: 'new', url: '/d/new/x' }));
  const onSubmit = jest.fn();
  render(
    <form onSubmit={onSubmit}>
      <BuildDashboardButton dataSource={DATA_SOURCE} services={[]} />
    </form>,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Build dashboard' }));
  build();
  await waitFor(() => {
    expect(savedBy(grafana)).toHaveLength(1);
  });
  expect(onSubmit).not.toHaveBeenCalled();
});
