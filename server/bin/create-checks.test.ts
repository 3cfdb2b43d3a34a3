import { expect, test } from 'vitest';
import { Fault } from '../errors/fault.ts';
import type { Check } from '../platform/health.ts';
import { createChecks } from './create-checks.ts';

const LOG = {
  bytes: 9,
  maxBytes: 10,
  rows: 2,
  segments: 1,
  waitingAppends: 0,
  oldestAgeMs: 5,
  setAside: 0,
  hasRoom: true,
};
const LOADER = { loadedSegments: 1, loadedRows: 2, failures: 0, lastFault: undefined, isHolding: false };

interface State {
  readonly log?: Partial<typeof LOG>;
  readonly loader?: { failures: number; lastFault: Fault; isHolding?: boolean };
  readonly stopping?: boolean;
  readonly away?: boolean;
}

async function check(
  name: string,
  { log, loader, stopping = false, away = false }: State = {},
): Promise<Check> {
  const read = (): Promise<Uint8Array> =>
    away ? Promise.reject(new Fault('unavailable', 'the engine is away')) : Promise.resolve(new Uint8Array());
  const path = {
    log: { stats: () => ({ ...LOG, ...log }) },
    loader: { stats: () => ({ ...LOADER, ...loader }) },
  };
  return createChecks({ kind: 'embedded', read }, path, { stopping: () => stopping })[name]!();
}

test.each<[string, State, Partial<Check>]>([
  ['engine', {}, { ready: true, detail: { kind: 'embedded' } }],
  ['log', {}, { ready: true, detail: { bytes: 9, maxBytes: 10, spans: 2, segments: 1, oldestAgeMs: 5 } }],
  [
    'log',
    { log: { hasRoom: false } },
    {
      ready: false,
      reason: 'the log is full at 9 of 10 bytes (SPANHOUSE_LOG_MAX_BYTES): the engine is behind',
    },
  ],
  ['loader', {}, { ready: true, detail: { failures: 0, setAside: 0, isHolding: false } }],
  [
    'loader',
    { loader: { failures: 3, lastFault: new Fault('unavailable', 'refused') }, log: { setAside: 2 } },
    {
      ready: true,
      reason:
        '3 attempts in a row failed: refused; 2 files of spans that cannot be loaded lie in the set-aside folder',
    },
  ],
  [
    'loader',
    { loader: { failures: 9, lastFault: new Fault('internal', 'no table'), isHolding: true } },
    {
      ready: true,
      reason:
        'the engine refuses block after block, so they wait in the log until it takes one; 9 attempts in a row failed: no table',
      detail: { failures: 9, setAside: 0, isHolding: true },
    },
  ],
  ['process', {}, { ready: true }],
  ['process', { stopping: true }, { ready: false, reason: 'it is stopping' }],
])('%s %j', async (name, state, want) => {
  expect(await check(name, state)).toMatchObject(want);
});

test('an engine that is away is told as it says it', async () => {
  await expect(check('engine', { away: true })).rejects.toThrow('the engine is away');
});
