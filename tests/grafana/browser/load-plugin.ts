import * as emotionCss from '@emotion/css';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as rxjs from 'rxjs';

/** What Grafana supplies to its plugins under these names. */
const SUPPLIED: Readonly<Record<string, unknown>> = {
  '@emotion/css': emotionCss,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  react,
  'react/jsx-runtime': jsxRuntime,
  'react-dom': reactDom,
  rxjs,
};

type Factory = (...modules: readonly unknown[]) => unknown;

/** An AMD loader for the one module that a plugin is. */
export function loadPlugin(url: string): Promise<{ readonly plugin: grafanaData.DataSourcePlugin<never> }> {
  return new Promise((resolve, reject) => {
    const define = (names: readonly string[], factory: Factory): void => {
      const missing = names.find((name) => name !== 'module' && SUPPLIED[name] === undefined);
      if (missing !== undefined) {
        reject(new Error(`the plugin asks for ${missing}, which Grafana does not supply`));
        return;
      }
      const modules = names.map((name) => (name === 'module' ? { uri: url } : SUPPLIED[name]));
      resolve(factory(...modules) as { plugin: grafanaData.DataSourcePlugin<never> });
    };
    Object.assign(globalThis, { define });
    const script = document.createElement('script');
    script.src = url;
    script.onerror = () => {
      reject(new Error(`${url} does not load`));
    };
    document.head.append(script);
  });
}
