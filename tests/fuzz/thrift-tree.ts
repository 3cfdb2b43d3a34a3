import { Fault } from '../../server/errors/fault.ts';
import { THRIFT } from '../../server/wire/thrift/thrift-reader.ts';
import type { Random } from '../load/demo-random.ts';
import type { TreeMutation } from './mutate.ts';
import { type ThriftListNode, type ThriftNode, type ThriftStructNode, readNode } from './thrift-node.ts';
import type { ThriftPacking } from './thrift-packings.ts';

/** What a body is: a struct, a list of them, or a message with a struct in it. */
export type ThriftRoot = 'struct' | 'list' | 'message';

type Container = ThriftStructNode | ThriftListNode;

/** Those that exist, and a few that do not. */
const TYPES = [...Object.values(THRIFT), 1, 5, 16, 255];
const INTEGERS = [
  0n,
  1n,
  -1n,
  127n,
  1n << 31n,
  -(1n << 31n),
  (1n << 63n) - 1n,
  -(1n << 63n),
  1_700_000_000_000_000n,
];
const TEXTS = [
  '',
  'x',
  'event',
  'error',
  'span.kind',
  'server',
  'service.name',
  '\u0000',
  'é'.repeat(300),
  'e|{"a":[1]}|2',
];
const COUNTS = [0, 1, 14, 15, -1, 2 ** 31 - 1, -(2 ** 31), 1_000_000];
const LONGEST_REPEAT = 10;
const DEEPEST_NEST = 100;

/** Changes a body of Thrift as a value: what is wrong lies deep inside, and everything around it is right. */
export function thriftTree(packing: ThriftPacking, root: ThriftRoot): TreeMutation {
  return (body, random) => {
    const parsed = parse(packing, root, body);
    if (parsed === undefined) return body;
    const containers = [...containersIn(parsed.value)];
    const container = random.pick(containers);
    if (container.kind === 'struct') mutateStruct(packing, container, containers, random);
    else mutateList(packing, container, containers, random);
    return Buffer.concat([parsed.head, packing.encode(parsed.value)]);
  };
}

function parse(
  packing: ThriftPacking,
  root: ThriftRoot,
  body: Buffer,
): { readonly head: Buffer; readonly value: ThriftNode } | undefined {
  try {
    const reader = packing.createReader(body);
    if (root === 'message') reader.openMessage();
    const head = body.subarray(0, reader.at);
    const value = readNode(reader, THRIFT[root === 'list' ? 'list' : 'struct']);
    return reader.at === body.length ? { head, value } : undefined;
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

function* containersIn(node: ThriftNode): Generator<Container> {
  if (node.kind === 'struct') {
    yield node;
    for (const { value } of node.fields) yield* containersIn(value);
  } else if (node.kind === 'list') {
    yield node;
    for (const element of node.elements) yield* containersIn(element);
  }
}

function mutateStruct(
  packing: ThriftPacking,
  struct: ThriftStructNode,
  all: readonly Container[],
  random: Random,
): void {
  const { fields } = struct;
  const at = Math.floor(random.next() * fields.length);
  const field = fields[at];
  const change = Math.floor(random.next() * 10);
  if (change === 0) struct.ends = false;
  else if (change === 1) fields.reverse();
  else if (field === undefined || change === 2) {
    const value = someNode(packing, all, random);
    fields.splice(at, 0, { id: someId(random), type: value.type, value });
  } else if (change === 3) fields.splice(at, 1);
  else if (change === 4) fields.splice(at, 0, ...repeated(field, random));
  else if (change === 5) fields[at] = { ...field, id: someId(random) };
  else if (change === 6) fields[at] = { ...field, type: random.pick(TYPES) };
  else if (change === 7) {
    const value = nested(frozen(packing, field.value), random);
    fields[at] = { ...field, type: value.type, value };
  } else if (change === 8) fields[at] = { ...field, value: someNode(packing, all, random) };
  else fields[at] = { ...field, value: oddScalar(field.value, random) };
}

function mutateList(
  packing: ThriftPacking,
  list: ThriftListNode,
  all: readonly Container[],
  random: Random,
): void {
  const { elements } = list;
  const at = Math.floor(random.next() * elements.length);
  const element = elements[at];
  const change = Math.floor(random.next() * 7);
  if (change === 0) list.count = random.pick([...COUNTS, elements.length + 1, elements.length - 1]);
  else if (change === 1) list.elementType = random.pick(TYPES);
  else if (element === undefined || change === 2) elements.splice(at, 0, someNode(packing, all, random));
  else if (change === 3) elements.splice(at, 1);
  else if (change === 4) elements.splice(at, 0, ...repeated(frozen(packing, element), random));
  else if (change === 5) elements[at] = nested(frozen(packing, element), random);
  else elements.reverse();
}

function someId(random: Random): number {
  return random.chance(0.8) ? Math.floor(random.next() * 16) : random.pick([-1, 32_767, -32_768, 255, 256]);
}

/** One of the values that are there, or an odd one. */
function someNode(packing: ThriftPacking, all: readonly Container[], random: Random): ThriftNode {
  const container = random.pick(all);
  const nodes = container.kind === 'struct' ? container.fields.map(({ value }) => value) : container.elements;
  const node = nodes.length > 0 && random.chance(0.7) ? random.pick(nodes) : undefined;
  if (node !== undefined) return frozen(packing, node);
  const type = random.pick([THRIFT.bool, THRIFT.i16, THRIFT.i32, THRIFT.i64, THRIFT.string]);
  return oddScalar({ kind: 'integer', type, value: 0n }, random);
}

/** Of the same type, unless that is no scalar's. */
function oddScalar({ type, kind }: ThriftNode, random: Random): ThriftNode {
  if (kind === 'integer' && type !== THRIFT.string) return { kind, type, value: random.pick(INTEGERS) };
  return { kind: 'string', type: THRIFT.string, bytes: Buffer.from(random.pick(TEXTS)) };
}

/** A copy that may be put anywhere, into itself too. */
function frozen(packing: ThriftPacking, node: ThriftNode): ThriftNode {
  if (node.kind === 'integer' || node.kind === 'string') return node;
  return { kind: 'bytes', type: node.type, bytes: packing.encode(node) };
}

function repeated<Item>(item: Item, random: Random): Item[] {
  const times = Math.floor(2 ** random.between(0, random.chance(0.2) ? LONGEST_REPEAT : 2));
  return Array.from({ length: times }, () => item);
}

/** Lists in lists, or structs in structs, around it. */
function nested(node: ThriftNode, random: Random): ThriftNode {
  const inLists = random.chance(0.5);
  let around = node;
  for (let depth = Math.floor(random.next() * DEEPEST_NEST); depth >= 0; depth--) {
    const { type } = around;
    around = inLists
      ? { kind: 'list', type: THRIFT.list, elementType: type, elements: [around], count: undefined }
      : { kind: 'struct', type: THRIFT.struct, fields: [{ id: 1, type, value: around }], ends: true };
  }
  return around;
}
