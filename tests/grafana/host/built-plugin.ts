import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../../scripts/build-plugin.mjs', import.meta.url));

export interface BuiltPlugin {
  readonly folder: string;
  readonly executable: string;
  /** What the executable starts. */
  readonly backend: string;
  remove(): void;
}

/** The plugin's backend as it is released, built anew, in a folder of its own. */
export function buildPluginBackend(): BuiltPlugin {
  const folder = mkdtempSync(join(tmpdir(), 'spanhouse-plugin-'));
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, '--backend', '--out', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the plugin's backend cannot be built: ${stderr}`);
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  return {
    folder,
    executable: join(folder, `gpx_spanhouse_${platform}_${arch}`),
    backend: join(folder, 'backend.cjs'),
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
