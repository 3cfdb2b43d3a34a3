import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Everything that must hold of a change, step by step: the same words here and in CI. The last line counts: every test
 * is one, and so is every step that is no test.
 */
const ROOT = join(import.meta.dirname, '..');
const SCRATCH = mkdtempSync(join(tmpdir(), 'spanhouse-check-'));
const COUNTS = join(SCRATCH, 'counts.json');

const STEPS = [
  ['format', 'npx', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', 'npx', ['eslint', '--max-warnings', '0', '.']],
  ['unused', 'npx', ['knip']],
  ['types', 'npm', ['run', '--silent', 'typecheck']],
  ['build', 'npm', ['run', '--silent', 'build']],
  ['plugin', 'npm', ['run', '--silent', 'build:plugin']],
  ['documents', 'node', ['scripts/docs.mjs', '--check']],
  ['dashboards', 'node', ['scripts/dashboards.mjs', '--check']],
];

if (process.env.CI && process.env.UPDATE_GOLDEN) {
  console.error('UPDATE_GOLDEN is set: goldens are not rewritten where they are checked');
  process.exit(1);
}

const counts = { passed: 0, failed: 0 };
for (const [name, command, args] of STEPS) count(run(name, command, args) ? [1, 0] : [0, 1]);
count(runTests());
rmSync(SCRATCH, { recursive: true });

console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function count([passed, failed]) {
  counts.passed += passed;
  counts.failed += failed;
}

function run(name, command, args) {
  const started = performance.now();
  console.log(`\n▸ ${name}`);
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  return status === 0;
}

/** The README's own test command; a run that broke before it counted is one failure. */
function runTests() {
  run('tests', 'npm', ['test', '--silent', '--', '--counts', COUNTS]);
  try {
    const { passed, failed } = JSON.parse(readFileSync(COUNTS, 'utf8'));
    return [passed, failed];
  } catch {
    return [0, 1];
  }
}
