import path from 'node:path';
import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration, RuleSetRule } from 'webpack';

import { copyFilePatterns } from './.config/bundler/copyFiles.ts';
import createPluginConfig, { type Env } from './.config/webpack/webpack.config.ts';

/** The plugin's folder, named by its id as Grafana wants it; beside it in dist/ lies the server. */
const OUTPUT = path.resolve(process.cwd(), 'dist', 'spanhouse-traces-datasource');
/** What the backend's build puts into the same folder. */
const BACKEND = /^(backend\.cjs|gpx_)/;

const copied = new CopyWebpackPlugin({
  patterns: copyFilePatterns.map((pattern) => ({
    ...pattern,
    globOptions: { ignore: ['**/tsconfig.json', '**/testdata/**'] },
  })),
});

export default async function pluginConfig(env: Env): Promise<Configuration> {
  const base = await createPluginConfig(env);
  return {
    ...base,
    entry: { module: './module.ts' },
    module: { ...base.module, rules: (base.module?.rules ?? []).map((rule) => modern(rule as RuleSetRule)) },
    output: { ...base.output, path: OUTPUT, clean: { keep: BACKEND } },
    plugins: (base.plugins ?? []).map((plugin) => (plugin instanceof CopyWebpackPlugin ? copied : plugin)),
  };
}

/** The scaffold compiles for browsers that Grafana left behind, and makes `Math.pow` of powers of big integers. */
function modern(rule: RuleSetRule): RuleSetRule {
  const { use } = rule;
  if (typeof use !== 'object' || !('loader' in use) || use.loader !== 'swc-loader') return rule;
  const { jsc } = use.options as { jsc: object };
  return { ...rule, use: { ...use, options: { jsc: { ...jsc, target: 'es2022' } } } };
}
