import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One process a file: the embedded engine allows one data directory per process.
    pool: 'forks',
    maxWorkers: 2,
    include: ['server/**/*.test.ts', 'src/contract/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The engine's connections run on libuv's threads: with the usual four, reads would wait for loads.
    env: { UV_THREADPOOL_SIZE: '24' },
  },
});
