import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for one benchmark, gone when it ends, however it ends. */
export function makeWorkDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'spanhouse-bench-'));
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  return directory;
}
