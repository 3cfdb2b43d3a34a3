import { decodeNative } from '../columns/native-reader.ts';
import type { Space } from '../space/space.ts';
import type { TraceId } from '../span/span.ts';
import type { Call } from '../store/trace-store.ts';
import {
  type ListedOperation,
  compileDeleteMinutes,
  compileDeleteOperations,
  compileDeleteServices,
  compileDeleteSpace,
  compileDeleteTrace,
  compileLivingOperations,
  compileLivingServices,
  compileTraceOperations,
} from './compile/deletes.ts';
import { compileDeleteFragments, compileFragmentCount } from './compile/fragments.ts';
import type { Deployment } from './deployment.ts';
import type { Engine } from './engine/engine.ts';
import type { TraceReader } from './read/trace-reader.ts';

const BUCKETS_A_MINUTE = 6;

/** Deletes from every table. Whoever calls sees to it that nothing is loaded meanwhile. */
export class Eraser {
  readonly #engine: Engine;
  readonly #deployment: Deployment;
  readonly #traces: TraceReader;
  readonly #noteChanged: (minutes: readonly number[]) => void;

  constructor(
    engine: Engine,
    deployment: Deployment,
    traces: TraceReader,
    noteChanged: (minutes: readonly number[]) => void,
  ) {
    this.#engine = engine;
    this.#deployment = deployment;
    this.#traces = traces;
    this.#noteChanged = noteChanged;
  }

  async deleteSpace(space: Space, call: Call): Promise<void> {
    for (const sql of compileDeleteSpace(space, this.#deployment))
      await this.#engine.command(sql, 'job', call);
  }

  async deleteTrace(space: Space, traceId: TraceId, call: Call): Promise<void> {
    await this.#deleteFragments(space, traceId, call);
    const buckets = (await this.#traces.places(space, [traceId], call)).map(({ bucket }) => bucket);
    if (buckets.length === 0) return;
    const operations = await this.#operations(compileTraceOperations(space, traceId, buckets), call);
    await this.#engine.command(compileDeleteTrace(space, traceId, buckets, this.#deployment), 'job', call);
    await this.#deleteNames(space, operations, call);
    const minutes = [...new Set(buckets.map((bucket) => Math.floor(bucket / BUCKETS_A_MINUTE)))];
    await this.#engine.command(compileDeleteMinutes(space, minutes, this.#deployment), 'job', call);
    this.#noteChanged(minutes);
  }

  /** A delete rewrites parts, so it is looked first whether there are any; they may be there without a span. */
  async #deleteFragments(space: Space, traceId: TraceId, call: Call): Promise<void> {
    const [block] = decodeNative(await this.#engine.read(compileFragmentCount(space, traceId), call));
    if (block === undefined || block.column('n').number(0) === 0) return;
    await this.#engine.command(compileDeleteFragments(space, traceId, this.#deployment), 'job', call);
  }

  /** Takes out of the lists what no other trace has. */
  async #deleteNames(space: Space, operations: readonly ListedOperation[], call: Call): Promise<void> {
    const living = await this.#operations(compileLivingOperations(space, operations), call);
    const left = new Set(living.map(keyOf));
    const gone = operations.filter((operation) => !left.has(keyOf(operation)));
    if (gone.length === 0) return;
    await this.#engine.command(compileDeleteOperations(space, gone, this.#deployment), 'job', call);
    await this.#deleteServices(space, [...new Set(gone.map(({ service }) => service))], call);
  }

  async #deleteServices(space: Space, services: readonly string[], call: Call): Promise<void> {
    const blocks = decodeNative(await this.#engine.read(compileLivingServices(space, services), call));
    const living = new Set(
      blocks.flatMap((block) =>
        Array.from({ length: block.rows }, (_, row) => block.column('service').text(row)),
      ),
    );
    const gone = services.filter((service) => !living.has(service));
    if (gone.length === 0) return;
    await this.#engine.command(compileDeleteServices(space, gone, this.#deployment), 'job', call);
  }

  async #operations(sql: string, call: Call): Promise<ListedOperation[]> {
    const blocks = decodeNative(await this.#engine.read(sql, call));
    return blocks.flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) => ({
        service: block.column('service').text(row),
        name: block.column('name').text(row),
        kind: block.column('kind').text(row),
      })),
    );
  }
}

function keyOf({ service, name, kind }: ListedOperation): string {
  return JSON.stringify([service, name, kind]);
}
