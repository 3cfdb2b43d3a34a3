import { build } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/** Writes the dashboards' JSON out of their builders; with `--check` only says where it differs. */
const ROOT = join(import.meta.dirname, '..');

const { dashboardFiles } = await importBuilders();
const stale = [];
for (const [path, dashboard] of Object.entries(dashboardFiles())) {
  const file = join(ROOT, path);
  // As Prettier would have it, so that neither undoes the other's work.
  const text = await format(JSON.stringify(dashboard), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
  if (process.argv.includes('--check')) {
    if (readOr(file, '') !== text) stale.push(path);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
for (const path of stale)
  console.error(`${path} is not what its builder makes: run node scripts/dashboards.mjs`);
process.exitCode = stale.length === 0 ? 0 : 1;

async function importBuilders() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'src', 'dashboards', 'files.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    tsconfigRaw: {},
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
