import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { quantile } from '../quantile.ts';
import { replay } from '../traffic/replay.ts';
import { SHAPES } from '../traffic/shape.ts';
import { fillDataDirectory } from './fill-data-directory.ts';
import { HttpClient } from './http-client.ts';
import { createJaegerQuestions, type JaegerQuestion, sampleTraces } from './jaeger-questions.ts';
import { type MeasuredServer, startServer } from './measured-server.ts';
import { type Outcome, reached, type Row } from './outcome.ts';
import { prepareLoad } from './prepare-load.ts';
import type { BenchOptions, Scenario } from './scenario.ts';
import { untilCalm } from './until-calm.ts';
import { makeWorkDirectory } from './work-directory.ts';

const SPANS = 10_000_000;
const SEED = 20_260_110;
const OVER_MS = 6 * 3_600_000;
const RUNS = 50;
const WARM_UP_RUNS = 5;
const CONNECTIONS = 8;
/** Half of the rate that the budget asks for. */
const SPANS_PER_SECOND = 45_000;
const SECONDS = 75;

export const JAEGER: Scenario = {
  says: "Jaeger's questions over HTTP, with a budget each: idle, and while spans are taken at half the rate",
  run: measureJaeger,
};

async function measureJaeger({ spans = SPANS, runs = RUNS, ...options }: BenchOptions): Promise<Outcome> {
  const { seconds = SECONDS, calmSeconds } = options;
  const directory = makeWorkDirectory();
  const dataDir = join(directory, 'data');
  const shape = SHAPES[options.loads[0] ?? 'second'];
  const filledDir = options.dataDir ?? dataDir;
  await fillDataDirectory(directory, filledDir, { shape, spans, seed: SEED, overMs: OVER_MS }, calmSeconds);
  // What is kept stays as it was filled: the loads go to a copy.
  if (filledDir !== dataDir) cpSync(filledDir, dataDir, { recursive: true });

  const server = await startServer(dataDir);
  const client = new HttpClient(server.httpUrl);
  const questions = await questionsOn(server, client);
  const idle = new Map<string, Idle>();
  for (const question of questions)
    idle.set(question.name, await measureIdle(server, client, question, runs));
  const half = { server, client, questions, directory, seconds };
  const elsewhere = await askUnderLoad(half, 'elsewhere', { tenants: ['tenant-0'] });
  await untilCalm(server, calmSeconds);
  const sameSpace = await askUnderLoad(half, 'same', {});
  client.close();
  await server.settled();
  await server.stop();
  return {
    conditions: {
      load: shape.name,
      spans,
      runs: `${runs} warm runs of each question, idle; under load as many rounds as fit: ${elsewhere.rounds} and ${sameSpace.rounds}`,
      underLoad: `${elsewhere.sentPerSecond.toFixed(0)} and ${sameSpace.sentPerSecond.toFixed(0)} spans/s of the first load, for ${seconds} s each, by a sender on the same cores`,
      where: 'over HTTP, one kept connection',
    },
    tables: [
      {
        title: 'Jaeger over HTTP (ms; CPU of the server and kB of one answer)',
        rows: questions.map((question) => presentQuestion(question, idle, elsewhere, sameSpace)),
      },
    ],
  };
}

async function questionsOn(server: MeasuredServer, client: HttpClient): Promise<JaegerQuestion[]> {
  const [space] = await server.spaces();
  const [fromMs, toMs] = [Date.parse(space!.firstStart), Date.parse(space!.lastStart)];
  const traceIds = await sampleTraces(client, fromMs, toMs);
  return createJaegerQuestions({ fromMs, toMs, traceIds });
}

interface Idle {
  readonly wallMs: readonly number[];
  readonly cpuMs: number;
  readonly bytes: number;
}

async function measureIdle(
  server: MeasuredServer,
  client: HttpClient,
  { path }: JaegerQuestion,
  runs: number,
): Promise<Idle> {
  for (let run = 0; run < WARM_UP_RUNS; run++) await client.ask(path(runs + run));
  const startCpuMs = server.cpuMs();
  const wallMs: number[] = [];
  let bytes = 0;
  for (let run = 0; run < runs; run++) {
    const answered = await client.ask(path(run));
    wallMs.push(answered.wholeMs);
    bytes += answered.bytes;
  }
  return { wallMs, cpuMs: (server.cpuMs() - startCpuMs) / runs, bytes: bytes / runs };
}

interface Half {
  readonly server: MeasuredServer;
  readonly client: HttpClient;
  readonly questions: readonly JaegerQuestion[];
  readonly directory: string;
  readonly seconds: number;
}

interface UnderLoad {
  readonly wallMs: ReadonlyMap<string, readonly number[]>;
  readonly rounds: number;
  readonly sentPerSecond: number;
}

/** Asks every question in turn, for as long as spans are sent. */
async function askUnderLoad(
  { server, client, questions, directory, seconds }: Half,
  name: string,
  into: { readonly tenants?: readonly string[] },
): Promise<UnderLoad> {
  const overMs = seconds * 1000;
  const load = { shape: SHAPES.first, spans: seconds * SPANS_PER_SECOND, seed: SEED + 1, overMs };
  const { path: spool } = prepareLoad(directory, name, { ...load, fromMs: Date.now() });
  const options = { connections: CONNECTIONS, spansPerSecond: SPANS_PER_SECOND, ...into };
  const over = new AbortController();
  const sent = replay({ ...server.target(), spool, ...options }).finally(() => {
    over.abort();
  });
  const wallMs = new Map(questions.map((question) => [question.name, [] as number[]]));
  let rounds = 0;
  for (; rounds === 0 || !over.signal.aborted; rounds++) {
    for (const question of questions) {
      const { wholeMs } = await client.ask(question.path(rounds));
      wallMs.get(question.name)!.push(wholeMs);
    }
  }
  const report = await sent;
  return { wallMs, rounds, sentPerSecond: report.spans / report.seconds };
}

function presentQuestion(
  { name, goal }: JaegerQuestion,
  idle: ReadonlyMap<string, Idle>,
  elsewhere: UnderLoad,
  sameSpace: UnderLoad,
): Row {
  const { wallMs, cpuMs, bytes } = idle.get(name)!;
  const p50 = quantile(wallMs, 0.5);
  return {
    question: name,
    budget: goal?.budget ?? '',
    p50,
    reached: reached(p50, goal),
    p99: quantile(wallMs, 0.99),
    CPU: cpuMs,
    kB: bytes / 1000,
    'p50, load elsewhere': quantile(elsewhere.wallMs.get(name)!, 0.5),
    'p99, load elsewhere': quantile(elsewhere.wallMs.get(name)!, 0.99),
    'p50, load in the space': quantile(sameSpace.wallMs.get(name)!, 0.5),
    'p99, load in the space': quantile(sameSpace.wallMs.get(name)!, 0.99),
  };
}
