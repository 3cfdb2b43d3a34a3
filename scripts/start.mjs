import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';

build();

const launcher = join(import.meta.dirname, '..', 'dist', 'server', 'bin', 'spanhouse.cjs');
const server = spawn(process.execPath, [launcher, ...process.argv.slice(2)], { stdio: 'inherit' });

// The terminal sends Ctrl-C to both; what is sent to this process alone is passed on. Either way the server decides.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
