import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProtocolName, PROTOCOLS } from '../traffic/protocols.ts';
import { type Shape, SHAPES } from '../traffic/shape.ts';
import { type FlatOut, sendFlatOut } from './flat-out.ts';
import { startServer } from './measured-server.ts';
import { type Outcome, reached, type Row } from './outcome.ts';
import { type PreparedLoad, prepareLoad } from './prepare-load.ts';
import type { BenchOptions } from './scenario.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPANS = 400_000;
const SEED = 20_261_121;
/** Spans a second that the times in the load are made for. */
const RATE = 100_000;
const IDLE_MS = 1_000;
/** What every protocol is compared with, first of all. */
const MEASURE = 'otlp-protobuf';
/** At most so many times what it costs. */
const BUDGET = 1.5;

interface Measured {
  readonly protocol: ProtocolName;
  readonly load: PreparedLoad;
  readonly flatOut: FlatOut;
}

/** The same spans by one protocol after the other, each to a new server on a directory of its own. */
export async function compareProtocols(options: BenchOptions): Promise<Outcome> {
  const { spans = SPANS, loads, calmSeconds } = options;
  const directory = makeWorkDirectory();
  const shape = SHAPES[loads[0] ?? 'first'];
  const protocols = [MEASURE, ...options.protocols.filter((protocol) => protocol !== MEASURE)] as const;
  const measured: Measured[] = [];
  for (const protocol of protocols) {
    measured.push(await measure(directory, protocol, { shape, spans, calmSeconds }));
  }
  const [first] = measured;
  return {
    conditions: { load: shape.name, spans },
    tables: [{ title: 'Ingest by protocol', rows: measured.map((one) => present(one, first!)) }],
  };
}

async function measure(
  directory: string,
  protocol: ProtocolName,
  {
    shape,
    spans,
    calmSeconds,
  }: { readonly shape: Shape; readonly spans: number; readonly calmSeconds: number },
): Promise<Measured> {
  const overMs = (spans / RATE) * 1000;
  const load = prepareLoad(directory, protocol, { shape, spans, seed: SEED, overMs, protocol });
  const dataDir = join(directory, `${protocol}-data`);
  const server = await startServer(dataDir, PROTOCOLS[protocol].settings);
  await sleep(IDLE_MS);
  const flatOut = await sendFlatOut(server, load, { protocol, calmSeconds });
  await server.stop();
  rmSync(load.path);
  rmSync(dataDir, { recursive: true });
  return { protocol, load, flatOut };
}

function present({ protocol, load, flatOut }: Measured, first: Measured): Row {
  const { cpuMicros, arrived, acknowledgedPerSecond } = flatOut;
  const ratio = cpuMicros.merged / first.flatOut.cpuMicros.merged;
  return {
    protocol,
    'B/span on the wire': load.bytes / load.spans,
    'CPU µs/span, acknowledged': cpuMicros.acknowledged,
    'until merged': cpuMicros.merged,
    [`to ${MEASURE}`]: ratio,
    budget: BUDGET,
    reached: reached(ratio, { budget: BUDGET }),
    'spans/s': acknowledgedPerSecond,
    lost: load.spans - arrived,
  };
}
