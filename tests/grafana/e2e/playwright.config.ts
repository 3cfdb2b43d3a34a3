import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig, devices } from '@playwright/test';

/** Against a running Grafana that has the plugin, as `docker compose run --rm e2e` does it. */
const ROOT = join(import.meta.dirname, '..', '..', '..');
const AUTH = join(dirname(createRequire(import.meta.url).resolve('@grafana/plugin-e2e')), 'auth');

export default defineConfig({
  testDir: import.meta.dirname,
  outputDir: join(ROOT, 'tests', 'artefacts', 'e2e'),
  workers: 1,
  timeout: 60_000,
  reporter: 'list',
  use: {
    baseURL: process.env['GRAFANA_URL'] ?? 'http://127.0.0.1:3000',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'auth', testDir: AUTH, testMatch: /.*\.js/ },
    {
      name: 'plugin',
      dependencies: ['auth'],
      // Where the project before it keeps who has signed in.
      use: { ...devices['Desktop Chrome'], storageState: join(ROOT, 'playwright', '.auth', 'admin.json') },
    },
  ],
});
