import type { DataSourceInstanceSettings } from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { fireEvent, render, screen } from '@testing-library/react';
import React, { useState } from 'react';
import { ConfigEditor } from './ConfigEditor.tsx';
import type { Settings } from './edit-settings.ts';

const OTHER = { uid: 'logs', name: 'Logs', type: 'loki', meta: { info: { logos: {} } } };
const SETTINGS = {
  uid: 'u',
  name: 'Spanhouse',
  url: 'http://localhost:16686',
  basicAuth: false,
  basicAuthUser: '',
  jsonData: {},
  secureJsonFields: {},
  readOnly: false,
} as unknown as Settings;

beforeAll(() => {
  setDataSourceSrv({
    getList: () => [],
    getInstanceSettings: () => OTHER as unknown as DataSourceInstanceSettings,
  } as unknown as DataSourceSrv);
});

/** The editor as Grafana holds it: what it changes comes back. */
function show(settings: Partial<Settings> = {}) {
  const seen: Settings[] = [];
  function Held() {
    const [options, setOptions] = useState<Settings>({ ...SETTINGS, ...settings });
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(changed) => {
          seen.push(changed);
          setOptions(changed);
        }}
      />
    );
  }
  return { seen, ...render(<Held />) };
}

const EVERYTHING: Partial<Settings> = {
  jsonData: {
    authMethod: 'basic',
    tlsAuth: true,
    tlsAuthWithCACert: true,
    httpHeaderName1: 'X-One',
    tracesToLogsV2: { datasourceUid: 'logs' },
    tracesToMetrics: { datasourceUid: 'logs', queries: [{ name: 'a', query: 'b' }] },
    tracesToProfiles: { datasourceUid: 'logs' },
    spanBar: { type: 'Tag', tag: 'http.route' },
  },
};

test('every control has a name', () => {
  const { container } = show(EVERYTHING);
  const controls = container.querySelectorAll<HTMLInputElement>('input, textarea');
  expect(controls.length).toBeGreaterThan(30);
  for (const control of controls) {
    const name =
      control.getAttribute('aria-label') ??
      [...(control.labels ?? [])].map((label) => label.textContent).join();
    expect([control.outerHTML, name]).not.toEqual([control.outerHTML, '']);
  }
});

test('nothing can be changed where it was provisioned', () => {
  const { container } = show({ ...EVERYTHING, readOnly: true });
  const open = [...container.querySelectorAll('input, textarea, button')].filter(
    (one) => !one.matches(':disabled'),
  );
  const names = open.map((one) => one.getAttribute('aria-label') ?? one.textContent);
  // Neither changes anything: an eye that shows what is typed, and dashboards.
  expect(names.filter((name) => name !== 'Show secret content' && name !== 'Build dashboard')).toEqual([]);
  expect(screen.getByText('This data source was provisioned')).toBeInTheDocument();
});

test('a token is a secret, and one that Grafana has is replaced, not shown', () => {
  const { seen } = show();
  fireEvent.click(screen.getByLabelText('Token'));
  const field = screen.getAllByLabelText('Token').at(-1)!;
  fireEvent.change(field, { target: { value: 's3cret' } });
  expect(seen.at(-1)).toMatchObject({
    secureJsonData: { token: 's3cret' },
    jsonData: { authMethod: 'token' },
  });
  expect(JSON.stringify(seen.at(-1)!.jsonData)).not.toContain('s3cret');
});

test('a kept secret can be reset', () => {
  const { seen } = show({ jsonData: { authMethod: 'token' }, secureJsonFields: { token: true } });
  fireEvent.click(screen.getByRole('button', { name: 'Reset' }));
  expect(seen.at(-1)).toMatchObject({ secureJsonFields: { token: false }, secureJsonData: { token: '' } });
});

test('says what is wrong with an address', () => {
  show({ url: 'localhost:16686' });
  expect(screen.getByText(/must begin with http/)).toBeInTheDocument();
});

test('headers are added under the next number', () => {
  const { seen } = show();
  fireEvent.click(screen.getByRole('button', { name: 'Add header' }));
  fireEvent.change(screen.getByLabelText('Header 1'), { target: { value: 'X-One' } });
  fireEvent.change(screen.getByLabelText('Value of header 1'), { target: { value: 'v' } });
  expect(seen.at(-1)).toMatchObject({
    jsonData: { httpHeaderName1: 'X-One' },
    secureJsonData: { httpHeaderValue1: 'v' },
  });
});

test('links are kept under the names that Grafana’s core reads', () => {
  const { seen } = show({ jsonData: { tracesToLogsV2: { datasourceUid: 'logs' } } });
  const tags = screen.getByLabelText(/^Attributes/);
  fireEvent.change(tags, { target: { value: 'service.name as service' } });
  fireEvent.blur(tags);
  expect(seen.at(-1)!.jsonData.tracesToLogsV2).toEqual({
    datasourceUid: 'logs',
    tags: [{ key: 'service.name', value: 'service' }],
  });
});
