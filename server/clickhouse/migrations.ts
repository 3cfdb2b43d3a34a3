import { decodeNative } from '../columns/native-reader.ts';
import { Fault } from '../errors/fault.ts';
import type { Call } from '../store/trace-store.ts';
import { type Deployment, SINGLE } from './deployment.ts';
import type { Engine } from './engine/engine.ts';
import { quoteInteger } from './literal.ts';
import { compileVersionTable } from './schema.ts';
import { STEPS, type Step } from './schema-steps.ts';

export interface MigrationOptions {
  readonly deployment?: Deployment;
  readonly steps?: readonly Step[];
}

/** Brings the store's tables to the version of this program. Refuses a store that a newer program has changed. */
export async function migrate(engine: Engine, options: MigrationOptions, call: Call): Promise<void> {
  const { deployment = SINGLE, steps = STEPS } = options;
  for (const sql of compileVersionTable(deployment)) await engine.command(sql, 'job', call);
  const found = await readVersion(engine, call);
  if (found > steps.length) throw tooNew(found, steps.length);
  for (let version = found; version < steps.length; version++) {
    for (const sql of steps[version]!(deployment)) await engine.command(sql, 'job', call);
    await engine.command(
      `INSERT INTO schema_version (version) VALUES (${quoteInteger(version + 1)})`,
      'job',
      call,
    );
  }
}

async function readVersion(engine: Engine, call: Call): Promise<number> {
  const [block] = decodeNative(await engine.read('SELECT max(version) AS version FROM schema_version', call));
  return block?.column('version').number(0) ?? 0;
}

function tooNew(found: number, known: number): Fault {
  return new Fault(
    'failed-precondition',
    `the data has schema version ${found} and this program knows versions up to ${known}: start the newer program that wrote it, or set SPANHOUSE_DATA_DIR to another directory`,
    { value: String(found), setting: 'SPANHOUSE_DATA_DIR' },
  );
}
