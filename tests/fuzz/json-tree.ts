import type { Random } from '../load/demo-random.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Container = Json[] | Record<string, Json>;

const ODD: readonly Json[] = [
  null, true, 0, -1, 1.5, 1e300, '', 'x', '-1', '18446744073709551616', 'NaN', 'AA==', '\ud800', '\u0000', [], {}, [[]], [null], { a: null },
  { values: [{}] }, { stringValue: 'x' }, { intValue: '9223372036854775808' }, { arrayValue: { values: [{ intValue: 1.5 }] } }, 'é'.repeat(300),
  1e21, 1.7e15, '1700000000000000.5', '0x10', 65_536, 'cs', 'sr', 'BOOL', 'I64', 'BYTES', 'CLIENT', 'service.name', '::1', { serviceName: 's', port: 80 },
  'e|{"a":[1,{"b":null}]}|2', '"e":{"a":1e9}', 'e: {"a":"\\ud800"}', '}|9', { str: 'x' }, { i64: 1.5 }, { lst: ['rec', 2, {}] }, { tf: 2 }, ['rec', -1], 'rec',
]; // prettier-ignore

/** What lies deeper is left as it is. */
const MAX_DEPTH = 40;
const LONGEST_REPEAT = 9;

/** Changes a body as a value: it stays JSON, so that what is wrong lies deep inside. */
export function mutateJsonTree(body: Buffer, random: Random): Buffer {
  const root = parse(body);
  if (root === undefined || typeof root !== 'object' || root === null) return body;
  const container = random.pick([root, ...containersIn(root)]);
  const key = random.pick(['', ...Object.keys(container)]);
  const change = Math.floor(random.next() * 4);
  if (Array.isArray(container)) mutateList(container, Number(key), change, random);
  else mutateObject(container, key, change, random);
  return Buffer.from(JSON.stringify(root));
}

function mutateList(list: Json[], at: number, change: number, random: Random): void {
  if (change === 0) list.splice(at, 1);
  else if (change === 1) list.splice(at, 0, ...repeated(list.slice(0, 3), random));
  else if (change === 2) list.reverse();
  else list.splice(at, 1, structuredClone(random.pick(ODD)));
}

/** Mostly once. */
function repeated(items: Json[], random: Random): Json[] {
  const times = Math.floor(2 ** random.between(0, random.chance(0.1) ? LONGEST_REPEAT : 1));
  return Array.from({ length: times }, () => structuredClone(items)).flat();
}

function mutateObject(object: Record<string, Json>, key: string, change: number, random: Random): void {
  const value = object[key] ?? null;
  if (change === 0) Reflect.deleteProperty(object, key);
  else if (change === 1) object[random.pick(Object.keys(object).concat('unknown'))] = structuredClone(value);
  else object[key] = structuredClone(random.pick(ODD));
}

function containersIn(value: Container, depth = 0): Container[] {
  if (depth === MAX_DEPTH) return [];
  return Object.values(value).flatMap((inner) =>
    typeof inner === 'object' && inner !== null ? [inner, ...containersIn(inner, depth + 1)] : [],
  );
}

function parse(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}
