import { createTheme, type DataSourceApi, type DataSourcePlugin, ThemeContext } from '@grafana/data';
import { config } from '@grafana/runtime';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import React, { type ComponentType } from 'react';
import { createRoot } from 'react-dom/client';
import { loadPlugin } from './load-plugin.ts';
import {
  AnnotationPage,
  ConfigPage,
  DashboardPage,
  ExplorePage,
  type PageProps,
  TracePanelPage,
  VariablePage,
} from './pages.tsx';
import { installServices, type PageVariable } from './services.ts';
import { getSettings, instanceSettings } from './settings.ts';

const PLUGIN = '/public/plugins/spanhouse-traces-datasource';
const PAGES: Readonly<Record<string, ComponentType<PageProps>>> = {
  config: ConfigPage,
  explore: ExplorePage,
  variable: VariablePage,
  dashboard: DashboardPage,
  'trace-panel': TracePanelPage,
  annotation: AnnotationPage,
};

/** `?page=explore&theme=light&var-service=cart`, as Grafana's own addresses have it. */
async function showPage(): Promise<void> {
  const params = new URLSearchParams(location.search);
  const theme = createTheme({ colors: { mode: params.get('theme') === 'light' ? 'light' : 'dark' } });
  config.theme2 = theme;
  const meta = (await (await fetch(`${PLUGIN}/plugin.json`)).json()) as object;
  installServices({ variables: () => variables, settings: () => known });
  const variables = variablesOf(params);
  const settings = await getSettings('spanhouse');
  const known = instanceSettings(settings, meta);
  const { plugin } = (await loadPlugin(`${PLUGIN}/module.js`)) as unknown as {
    plugin: DataSourcePlugin<DataSourceApi>;
  };
  const datasource = new plugin.DataSourceClass(known);
  const Page = PAGES[params.get('page') ?? 'explore']!;
  createRoot(document.querySelector('#root')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <main style={{ padding: 24, maxWidth: 1240 }}>
        <Page plugin={plugin} datasource={datasource} settings={settings} />
      </main>
      <PortalContainer />
    </ThemeContext.Provider>,
  );
}

function variablesOf(params: URLSearchParams): readonly PageVariable[] {
  const names = [...new Set([...params.keys()].filter((name) => name.startsWith('var-')))];
  return names.map((name) => {
    const values = params.getAll(name);
    return { name: name.slice('var-'.length), value: values.length === 1 ? values[0]! : values };
  });
}

void showPage();
