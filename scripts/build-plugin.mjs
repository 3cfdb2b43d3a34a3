import { build as bundle } from 'esbuild';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFrontend } from './build-plugin-frontend.mjs';

const ROOT = join(import.meta.dirname, '..');
const { id, executable } = JSON.parse(readFileSync(join(ROOT, 'plugin.json'), 'utf8'));
const PLUGIN_DIST = join(ROOT, 'dist', id);
const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64'];
const LAUNCHER = join(import.meta.dirname, 'plugin-launcher.sh');

/** The plugin as Grafana loads it. The browser's part comes first: its build clears the folder. */
export async function buildPlugin() {
  await buildFrontend(PLUGIN_DIST);
  await buildBackend(PLUGIN_DIST);
}

/** One file that needs nothing but Node beside it, and a launcher for each platform, which are all the same. */
export async function buildBackend(folder) {
  mkdirSync(folder, { recursive: true });
  await bundle({
    entryPoints: [join(ROOT, 'server', 'bin', 'plugin.ts')],
    outfile: join(folder, 'backend.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    keepNames: true,
    legalComments: 'linked',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
    // What is said for the browser's part there does not concern this one.
    tsconfigRaw: {},
  });
  const launcher = readFileSync(LAUNCHER);
  for (const platform of PLATFORMS) {
    const path = join(folder, `${executable}_${platform}`);
    writeFileSync(path, launcher);
    chmodSync(path, 0o755);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { backend: { type: 'boolean' }, out: { type: 'string' } } });
  await (values.backend ? buildBackend(values.out ?? PLUGIN_DIST) : buildPlugin());
}
