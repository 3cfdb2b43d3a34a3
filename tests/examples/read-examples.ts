import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface ExampleFile {
  /** Inside its example, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Example {
  readonly name: string;
  readonly files: readonly ExampleFile[];
}

/** What somebody makes who follows a README; not part of an example. */
const MADE_BY_USERS = new Set(['.venv', '__pycache__']);

export function readExamples(root: string): readonly Example[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, files: readFiles(join(root, name)) }));
}

function readFiles(folder: string): readonly ExampleFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(folder, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
    .filter(({ path }) => !path.split('/').some((part) => MADE_BY_USERS.has(part)))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

export interface YamlDocument {
  readonly path: string;
  readonly value: Tree;
}

const known = new WeakMap<Example, readonly YamlDocument[]>();

/** What stands in the YAML files of an example, one for each document; read once, for every check asks. */
export function documentsOf(example: Example): readonly YamlDocument[] {
  const documents =
    known.get(example) ?? example.files.filter(({ path }) => path.endsWith('.yaml')).flatMap(documentsOfFile);
  known.set(example, documents);
  return documents;
}

function documentsOfFile({ path, text }: ExampleFile): readonly YamlDocument[] {
  return parseYaml(text).map((document) => ({ path, value: treeOf(document.toJS() as unknown) }));
}

export function parseYaml(text: string) {
  const documents = parseAllDocuments(text, { merge: true });
  return Array.isArray(documents) ? documents : [];
}

/** A parsed value of any shape, to be asked for what may not be there. */
export interface Tree {
  readonly at: (...path: string[]) => Tree;
  readonly entries: readonly (readonly [string, Tree])[];
  readonly keys: readonly string[];
  /** Of a list; none of anything else. */
  readonly items: readonly Tree[];
  /** Of text, a number or a boolean; empty of anything else. */
  readonly text: string;
  readonly isThere: boolean;
}

export function treeOf(value: unknown): Tree {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const fields = isObject ? Object.entries(value as Record<string, unknown>) : [];
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  return {
    at: (...path) =>
      path.reduce<Tree>(
        (tree, name) => tree.entries.find(([key]) => key === name)?.[1] ?? treeOf(undefined),
        treeOf(value),
      ),
    get entries() {
      return fields.map(([key, inner]) => [key, treeOf(inner)] as const);
    },
    keys: fields.map(([key]) => key),
    get items() {
      return Array.isArray(value) ? value.map(treeOf) : [];
    },
    text: isScalar ? String(value) : '',
    isThere: value !== undefined,
  };
}

/** The tree and everything in it. */
export function everyTree(tree: Tree): readonly Tree[] {
  const inner = [...tree.items, ...tree.entries.map(([, value]) => value)];
  return [tree, ...inner.flatMap(everyTree)];
}
