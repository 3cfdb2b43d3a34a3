import { type NativeBlock, decodeNative } from '../../columns/native-reader.ts';
import { type Space, spaceKey } from '../../space/space.ts';
import type { Resource, Scope } from '../../span/span.ts';
import type { Call } from '../../store/trace-store.ts';
import { compileFacts } from '../compile/lists.ts';
import type { EngineReads } from '../engine/engine.ts';
import { attributesOf } from './attributes-of.ts';
import { Lru } from './lru.ts';

/** Resources and scopes that are kept; with a dozen attributes each, a few megabytes. */
const MAX_CACHED = 10_000;
/** Ids asked for in one statement. */
const MAX_IDS = 2_000;

interface Kinds {
  readonly resource: Resource;
  readonly scope: Scope;
}

/** One kind of fact that spans refer to, read once and then remembered: a fact never changes, its id is its content's hash. */
class FactCache<Fact extends keyof Kinds> {
  readonly #fact: Fact;
  readonly #decode: (block: NativeBlock, row: number) => Kinds[Fact];
  readonly #cache = new Lru<string, Kinds[Fact]>(MAX_CACHED);

  constructor(fact: Fact, decode: (block: NativeBlock, row: number) => Kinds[Fact]) {
    this.#fact = fact;
    this.#decode = decode;
  }

  /** What is known of these ids; those that the catalog does not hold are left out. */
  async of(
    engine: EngineReads,
    space: Space,
    ids: Iterable<bigint>,
    call: Call,
  ): Promise<ReadonlyMap<bigint, Kinds[Fact]>> {
    const prefix = spaceKey(space);
    const found = new Map<bigint, Kinds[Fact]>();
    const missing: bigint[] = [];
    for (const id of ids) {
      const known = this.#cache.get(`${prefix} ${id}`);
      if (known === undefined) missing.push(id);
      else found.set(id, known);
    }
    for (let at = 0; at < missing.length; at += MAX_IDS) {
      const sql = compileFacts(space, this.#fact, missing.slice(at, at + MAX_IDS));
      for (const block of decodeNative(await engine.read(sql, call))) this.#learn(prefix, block, found);
    }
    return found;
  }

  clear(): void {
    this.#cache.clear();
  }

  #learn(prefix: string, block: NativeBlock, found: Map<bigint, Kinds[Fact]>): void {
    const ids = block.column('id');
    for (let row = 0; row < block.rows; row++) {
      const fact = this.#decode(block, row);
      found.set(ids.bigint(row), fact);
      this.#cache.set(`${prefix} ${ids.bigint(row)}`, fact);
    }
  }
}

/** The resources and scopes of some spans. */
export interface Origins {
  readonly resources: ReadonlyMap<bigint, Resource>;
  readonly scopes: ReadonlyMap<bigint, Scope>;
}

/** Reads resources and scopes by their ids and shares them between all spans that have them. */
export class OriginReader {
  readonly #engine: EngineReads;
  readonly #resources = new FactCache('resource', decodeResource);
  readonly #scopes = new FactCache('scope', decodeScope);

  constructor(engine: EngineReads) {
    this.#engine = engine;
  }

  async of(space: Space, blocks: readonly NativeBlock[], call: Call): Promise<Origins> {
    const [resources, scopes] = await Promise.all([
      this.#resources.of(this.#engine, space, idsOf(blocks, 'resource_id'), call),
      this.#scopes.of(this.#engine, space, idsOf(blocks, 'scope_id'), call),
    ]);
    return { resources, scopes };
  }

  /** After a delete: what was remembered may be gone. */
  clear(): void {
    this.#resources.clear();
    this.#scopes.clear();
  }
}

function idsOf(blocks: readonly NativeBlock[], name: string): Set<bigint> {
  const ids = new Set<bigint>();
  for (const block of blocks) {
    const column = block.column(name);
    for (let row = 0; row < block.rows; row++) ids.add(column.bigint(row));
  }
  return ids;
}

function decodeResource(block: NativeBlock, row: number): Resource {
  return {
    attributes: attributesOf(row, block.column('attr_types'), block.column('attr')),
    droppedAttributesCount: block.column('dropped_attributes').number(row),
    schemaUrl: block.column('schema_url').text(row),
  };
}

function decodeScope(block: NativeBlock, row: number): Scope {
  return {
    name: block.column('name').text(row),
    version: block.column('version').text(row),
    ...decodeResource(block, row),
  };
}
