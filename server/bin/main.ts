import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { presentSettings } from '../config/present-settings.ts';
import { type Machine } from '../config/setting-table.ts';
import { readSettings, type SettingsOutcome } from '../config/settings.ts';
import { VERSION } from './version.ts';

const HELP = `Spanhouse ${VERSION}: a multi-tenant trace store

  spanhouse [serve]          take and keep spans, until stopped
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
  if (typeof command !== 'string') return misused(command.problem);
  if (command === 'help') return print(HELP);
  if (command === 'version') return print(`${VERSION}\n`);

  const outcome = settingsOfProcess();
  if (!outcome.ok)
    return misused(`these settings cannot be used:\n${outcome.problems.map(bullet).join('\n')}`);
  if (command === 'settings') return print(`${presentSettings(outcome.settings, outcome.origins)}\n`);
  // Not before it is needed: the other commands answer at once, and where the engine cannot run.
  const { serve } = await import('./serve.ts');
  return (await serve(outcome.settings)) ? DONE : FAILED;
}

type Command = 'serve' | 'settings' | 'version' | 'help';

function parseCommand(args: readonly string[]): Command | { readonly problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    if (values.help === true) return 'help';
    if (values.version === true) return 'version';
    return parseWords(positionals.join(' '));
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function parseWords(words: string): Command | { readonly problem: string } {
  if (words === '' || words === 'serve') return 'serve';
  if (words === 'settings' || words === 'settings print') return 'settings';
  return { problem: `there is no command "${words}"; spanhouse --help lists them` };
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
