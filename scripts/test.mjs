import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Every test there is, on what was built of these sources: of the plugin's browser side, and of everything else. The last
 * line counts both; `--counts FILE` keeps it as JSON. What else is given goes to vitest, such as the path of one test.
 */
const ROOT = join(import.meta.dirname, '..');
const SCRATCH = mkdtempSync(join(tmpdir(), 'spanhouse-test-'));
const { values, positionals } = parseArgs({
  options: { counts: { type: 'string' } },
  allowPositionals: true,
});

const SUITES = [
  ['src', 'npm', (report) => ['run', '--silent', 'test:src', '--', '--json', `--outputFile=${report}`]],
  [
    'vitest',
    'npx',
    (report) => [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...positionals,
    ],
  ],
];

const counts = { passed: 0, failed: 0 };
for (const [name, command, argsFor] of SUITES) {
  const report = join(SCRATCH, `${name}.json`);
  const isGood = run(command, argsFor(report));
  const { passed, failed } = read(report, isGood);
  counts.passed += passed;
  counts.failed += failed;
}
rmSync(SCRATCH, { recursive: true });
if (values.counts !== undefined) writeFileSync(values.counts, JSON.stringify(counts));

console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function run(command, args) {
  return spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** A run that broke before it counted is one failure. */
function read(report, isGood) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: isGood ? 0 : Math.max(numFailedTests, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
