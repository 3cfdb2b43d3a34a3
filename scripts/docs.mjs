import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';

/**
 * Writes the tables of settings into the documents, between their marks; with `--check` only says where they differ.
 */
const ROOT = join(import.meta.dirname, '..');
const BEGIN = '<!-- settings: made by `node scripts/docs.mjs` -->';
const END = '<!-- /settings -->';

build();
const { SETTING_GROUPS, SETTING_PREFIX, SETTING_TABLE } =
  await import('../dist/server/config/setting-table.js');
const settings = Object.values(SETTING_TABLE);

const documents = {
  'README.md': table(settings.filter(({ group }) => ['Listening', 'Storage'].includes(group))),
  'docs/settings.md': SETTING_GROUPS.map(
    (group) => `## ${group}\n\n${table(settings.filter((setting) => setting.group === group))}`,
  ).join('\n\n'),
};

const stale = Object.entries(documents).filter(([path, text]) => !write(path, text));
for (const [path] of stale)
  console.error(`${path} does not list the settings as they are: run node scripts/docs.mjs`);
process.exitCode = stale.length === 0 ? 0 : 1;

/** Whether the document is now as it should be. */
function write(path, text) {
  const file = join(ROOT, path);
  const before = readFileSync(file, 'utf8');
  const [head, tail] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (head < 0 || tail < head) throw new Error(`${path} has no marks for the table of settings`);
  const after = `${before.slice(0, head)}${BEGIN}\n\n${text}\n\n${before.slice(tail)}`;
  if (process.argv.includes('--check')) return after === before;
  writeFileSync(file, after);
  return true;
}

function table(rows) {
  const cells = rows.map(({ name, fallbackWords, kind, meaning, secret }) => [
    code(SETTING_PREFIX + name) + (secret ? `, or ${code(`${SETTING_PREFIX}${name}_FILE`)}` : ''),
    fallbackWords === '' ? 'none' : /^\S+$/.test(fallbackWords) ? code(fallbackWords) : fallbackWords,
    kind.range,
    meaning,
  ]);
  return aligned([['name', 'default', 'may be', 'what it does'], ...cells]);
}

/** As Prettier would have it, so that neither undoes the other's work. */
function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(rows[0]), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join(
    '\n',
  );
}

function code(text) {
  return `\`${text}\``;
}
