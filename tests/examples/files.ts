import { parseStrategies } from '../../server/sampling/strategies.ts';
import { type Example, type ExampleFile, parseYaml } from './read-examples.ts';
import { environmentsOf, readEnvironment } from './server-doors.ts';

type Parse = (text: string, path: string) => readonly string[];

/** By the ends of names; others have no parser here, and are read by eye. */
const PARSERS: Readonly<Record<string, Parse>> = {
  '.yaml': yamlFlaws,
  '.json': jsonFlaws,
  '.md': markdownFlaws,
  '.env': (text) => linesUnlike(text, /^(#.*|[A-Z_]+=\S+)?$/),
  '.properties': (text) => linesUnlike(text, /^(#.*|[a-z.]+=\S+)?$/),
  '.txt': (text) => linesUnlike(text, /^[a-z-]+==[\d.]+$/),
  '.hocon': bracketFlaws,
  '.conf': bracketFlaws,
  '.java': bracketFlaws,
  '.py': bracketFlaws,
};

/** Files that cannot be read. */
export function fileFlaws({ files }: Example): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const parse = PARSERS[/\.\w+$/.exec(path)?.[0] ?? ''];
    if (parse === undefined) return [`${path}: files of this kind are not expected`];
    return parse(text, path).map((flaw) => `${path}: ${flaw}`);
  });
}

function yamlFlaws(text: string): readonly string[] {
  const documents = parseYaml(text);
  const flaws = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  return documents.length === 0 ? ['empty'] : flaws.map(({ message }) => message);
}

/** Of the JSON files, those about sampling are read as the server reads them. */
function jsonFlaws(text: string, path: string): readonly string[] {
  try {
    JSON.parse(text);
    return path === 'sampling.json' ? parseStrategies(path, text).ignored : [];
  } catch (thrown) {
    return [String(thrown)];
  }
}

function markdownFlaws(text: string): readonly string[] {
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, language, code]) => {
    if (language === 'yaml') return yamlFlaws(code!);
    return language === 'json' ? jsonFlaws(code!, '') : [];
  });
}

function linesUnlike(text: string, pattern: RegExp): readonly string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !pattern.test(line))
    .map((line) => `not a line of its kind: ${line}`);
}

function bracketFlaws(text: string): readonly string[] {
  const count = (pattern: RegExp) => (text.match(pattern) ?? []).length;
  return count(/[([{]/g) === count(/[)\]}]/g)
    ? []
    : ['brackets are opened and not closed, or the other way round'];
}

/** Names and values that the server would refuse to start with, and names that stand in comments and words. */
export function settingFlaws(example: Example): readonly string[] {
  const mentioned = example.files.flatMap(({ text }) => [
    ...text.matchAll(/\bSPANHOUSE_[A-Z0-9_]*[A-Z0-9]/g),
  ]);
  const byName = [...new Set(mentioned.map(([name]) => name))]
    // Kubernetes' own, of which a README warns.
    .filter((name) => name !== 'SPANHOUSE_PORT')
    .flatMap((name) => problemsOf({ [name]: '' }));
  return [...byName, ...environmentsOf(example).flatMap(problemsOf)];
}

function problemsOf(environment: Parameters<typeof readEnvironment>[0]): readonly string[] {
  const outcome = readEnvironment(environment);
  return outcome.ok ? [] : outcome.problems;
}

/** READMEs that say nothing of a file, or that are not there. */
export function readmeFlaws({ files }: Example): readonly string[] {
  const readme = files.find(({ path }) => path === 'README.md');
  if (readme === undefined) return ['there is no README.md'];
  return [
    ...(/^# \S/.test(readme.text) ? [] : ['README.md has no title']),
    ...(readme.text.includes('```sh') ? [] : ['README.md has no command']),
    ...files.filter((file) => !isTold(file, readme)).map(({ path }) => `README.md does not tell of ${path}`),
  ];
}

function isTold({ path }: ExampleFile, readme: ExampleFile): boolean {
  return path === 'README.md' || readme.text.includes(`| \`${path}\``);
}
