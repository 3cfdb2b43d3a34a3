import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { presentSettings } from '../config/present-settings.ts';
import { type Machine } from '../config/setting-table.ts';
import { readSettings, type SettingsOutcome } from '../config/settings.ts';
import { VERSION } from './version.ts';

const HELP = `Spanhouse ${VERSION}: a multi-tenant trace store

  spanhouse [serve]          take and keep spans, until stopped
  spanhouse migrate --to URL copy the embedded store to a ClickHouse server; may be interrupted and run again
  spanhouse set-aside list   show the spans that could not be loaded, and why
  spanhouse set-aside retry  put them back into the log, for the next start of the server to load
  spanhouse settings print   show every setting, its value and where it came from
  spanhouse --version
  spanhouse --help

Settings are environment variables; docs/settings.md lists them.
`;

const DONE = 0;
const FAILED = 1;
/** By custom, what a shell takes for a wrong call: here also settings that cannot be used. */
const MISUSED = 2;

/** The program behind the launcher; resolves with its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  if (typeof command === 'object' && 'problem' in command) return misused(command.problem);
  if (command === 'help') return print(HELP);
  if (command === 'version') return print(`${VERSION}\n`);

  const outcome = settingsOfProcess();
  if (!outcome.ok)
    return misused(`these settings cannot be used:\n${outcome.problems.map(bullet).join('\n')}`);
  if (command === 'settings') return print(`${presentSettings(outcome.settings, outcome.origins)}\n`);
  if (command === 'set-aside list' || command === 'set-aside retry') {
    const { printSetAside, retrySetAside } = await import('./set-aside.ts');
    const run = command === 'set-aside list' ? printSetAside : retrySetAside;
    return (await run(outcome.settings)) ? DONE : FAILED;
  }
  if (typeof command === 'object') {
    const { migrateTo } = await import('./migrate.ts');
    return (await migrateTo(command.migrateTo, outcome.settings)) ? DONE : FAILED;
  }
  // Not before it is needed: the other commands answer at once, and where the engine cannot run.
  const { serve } = await import('./serve.ts');
  return (await serve(outcome.settings)) ? DONE : FAILED;
}

type Command =
  | 'serve'
  | 'settings'
  | 'set-aside list'
  | 'set-aside retry'
  | 'version'
  | 'help'
  | { readonly migrateTo: string };

function parseCommand(args: readonly string[]): Command | { readonly problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        to: { type: 'string' },
      },
    });
    if (values.help === true) return 'help';
    if (values.version === true) return 'version';
    return parseWords(positionals.join(' '), values.to);
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function parseWords(words: string, to: string | undefined): Command | { readonly problem: string } {
  if (words === 'migrate') return parseTarget(to);
  if (to !== undefined) return { problem: '--to belongs to the command migrate' };
  if (words === '' || words === 'serve') return 'serve';
  if (words === 'settings' || words === 'settings print') return 'settings';
  if (words === 'set-aside list' || words === 'set-aside retry') return words;
  if (words === 'set-aside') return { problem: 'set-aside needs one of the words list and retry' };
  return { problem: `there is no command "${words}"; spanhouse --help lists them` };
}

function parseTarget(to: string | undefined): Command | { readonly problem: string } {
  if (to === undefined) return { problem: 'migrate needs --to and the URL of a ClickHouse server' };
  if (!/^https?:$/.test(URL.parse(to)?.protocol ?? '')) {
    return { problem: `--to is ${JSON.stringify(to)}, but must be an http or https URL` };
  }
  return { migrateTo: to };
}

function settingsOfProcess(): SettingsOutcome {
  return readSettings({
    environment: process.env,
    machine: machine(),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
}

/** In a container, its share; a limit larger than the machine is none. */
function machine(): Machine {
  const constrained = process.constrainedMemory();
  return { memoryBytes: constrained > 0 ? Math.min(constrained, totalmem()) : totalmem() };
}

function bullet(problem: string): string {
  return `  - ${problem}`;
}

function print(text: string): number {
  process.stdout.write(text);
  return DONE;
}

function misused(problem: string): number {
  process.stderr.write(`spanhouse: ${problem}\n`);
  return MISUSED;
}
