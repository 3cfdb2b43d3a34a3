import { spaceOfRequest } from '../../server/space/space-of-request.ts';
import { createSpace } from '../../server/space/space.ts';
import { documentsOf, everyTree, type Example, type Tree } from './read-examples.ts';

/** Beside the space's own. */
const OTHER_HEADERS = new Set(['authorization', 'content-type']);
const DEFAULTS = createSpace('default', 'public', 'traces');

/** Headers that the server would not look at. */
export function headerFlaws(example: Example): readonly string[] {
  const named = [
    ...documentsOf(example).flatMap(({ value }) => everyTree(value).flatMap(headersInTree)),
    ...example.files.flatMap(({ text }) => headersInText(text)),
  ];
  return [...new Set(named)]
    .filter((name) => !isRead(name.toLowerCase()) && !OTHER_HEADERS.has(name.toLowerCase()))
    .map((name) => `the server does not read the header ${name}`);
}

/** Asked of the server's own code: a header is read if a space changes with it. */
function isRead(name: string): boolean {
  const space = spaceOfRequest({ path: {}, headers: { [name]: ['somewhere-else'] } }, DEFAULTS);
  return (['tenant', 'db', 'table'] as const).some((part) => space[part] !== DEFAULTS[part]);
}

function headersInTree(tree: Tree): readonly string[] {
  const headers = tree.at('headers');
  return [
    ...headers.keys,
    ...headers.items.flatMap((item) => [item.at('key').text, item.at('from_context').text]),
    ...tree.at('metadata_keys').items.map(({ text }) => text),
    ...tree.entries.filter(([key]) => /^httpHeaderName\d$/.test(key)).map(([, { text }]) => text),
  ];
}

/** On command lines, in variables, and in braces, as HOCON, Python and TOML write them. */
function headersInText(text: string): readonly string[] {
  const ofCurl = [...text.matchAll(/-H ["']([\w-]+):/g)];
  const ofTelemetrygen = [...text.matchAll(/--otlp-header=([\w-]+)=/g)];
  const ofVariables = [...text.matchAll(/OTEL_EXPORTER_OTLP_HEADERS[=:]\s*(\S+)/g)].flatMap(([, list]) => [
    ...list!.matchAll(/([\w-]+)=/g),
  ]);
  const inBraces = [...text.matchAll(/headers\s*[=:]?\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g)].flatMap(
    ([, list]) => [...list!.matchAll(/["']?([\w-]+)["']?\s*[=:]\s*(?:f?["']|\w)/g)],
  );
  return [...ofCurl, ...ofTelemetrygen, ...ofVariables, ...inBraces].map(([, name]) => name!);
}
