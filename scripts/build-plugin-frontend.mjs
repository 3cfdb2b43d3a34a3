import { build as bundle } from 'esbuild';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = ['src', '.config', 'webpack.config.ts', 'plugin.json', 'CHANGELOG.md', 'package-lock.json'];
/** What the last output was made of: one line per source. Beside the plugin's folder, which holds only what is shipped. */
const STAMP = join(ROOT, 'dist', '.plugin-frontend-sources');

/** `module.js` and what is copied beside it, by webpack. Does nothing where the sources are those of the last build. */
export async function buildFrontend(folder) {
  const found = SOURCES.flatMap(filesOf)
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .sort()
    .map((file) => `${file} ${statSync(join(ROOT, file)).mtimeMs}`)
    .join('\n');
  if (readOr(STAMP, '') === found && readOr(join(folder, 'module.js'), '') !== '') return;
  // The scaffold's files take the working directory for the root.
  process.chdir(ROOT);
  await runWebpack(await webpackConfig());
  writeFileSync(STAMP, found);
}

async function runWebpack(config) {
  const { default: webpack } = await import('webpack');
  await new Promise((resolve, reject) => {
    webpack(config, (error, stats) => {
      if (error) return reject(error);
      if (stats.hasErrors()) return reject(new Error(stats.toString({ all: false, errors: true })));
      resolve();
    });
  });
}

/** Webpack's own loader of configurations reads no TypeScript in a package of ECMAScript modules. */
async function webpackConfig() {
  const cache = join(ROOT, 'node_modules', '.cache');
  const outfile = join(cache, 'spanhouse-webpack-config.mjs');
  mkdirSync(cache, { recursive: true });
  await bundle({
    entryPoints: [join(ROOT, 'webpack.config.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    tsconfigRaw: {},
  });
  const { default: create } = await import(pathToFileURL(outfile).href);
  return create({ production: true });
}

function filesOf(path) {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
