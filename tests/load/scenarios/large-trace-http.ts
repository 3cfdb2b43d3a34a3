import type { TraceId } from '../../../server/span/span.ts';
import { quantile } from '../quantile.ts';
import { type Answered, HttpClient } from './http-client.ts';
import { startServer } from './measured-server.ts';
import type { Row } from './outcome.ts';

/** Asks a server on the directory for the large trace, in each form that HTTP has for it. */

interface Form {
  readonly name: string;
  readonly path: (traceId: TraceId) => string;
  readonly accept?: string;
  /** Stands once in every span of the answer, and nowhere else. */
  readonly mark: string;
}

const FORMS: readonly Form[] = [
  { name: 'v1', path: (id) => `/api/traces/${id}`, mark: '"operationName"' },
  { name: 'v1, raw=true', path: (id) => `/api/traces/${id}?raw=true`, mark: '"operationName"' },
  {
    name: 'v1, prettyPrint=true',
    path: (id) => `/api/traces/${id}?prettyPrint=true`,
    mark: '"operationName"',
  },
  { name: 'v3', path: (id) => `/api/v3/traces/${id}`, mark: '"startTimeUnixNano"' },
  {
    name: 'v3, rawTraces=true',
    path: (id) => `/api/v3/traces/${id}?rawTraces=true`,
    mark: '"startTimeUnixNano"',
  },
  {
    name: 'v3, lines',
    path: (id) => `/api/v3/traces/${id}`,
    accept: 'application/x-ndjson',
    mark: '"startTimeUnixNano"',
  },
];

/** Each form has a server of its own: what one has grown to is not counted against the next. */
export async function measureLargeTraceOverHttp(
  dataDir: string,
  traceId: TraceId,
  spans: number,
  runs: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const form of FORMS) rows.push(await measureForm(dataDir, form, traceId, spans, runs));
  return rows;
}

async function measureForm(
  dataDir: string,
  { name, path, accept, mark }: Form,
  traceId: TraceId,
  spans: number,
  runs: number,
): Promise<Row> {
  const server = await startServer(dataDir);
  const client = new HttpClient(server.httpUrl);
  const idleMib = server.residentMib();
  server.forgetPeak();
  const counter = new MarkCounter(mark);
  const ask = (take?: (chunk: Buffer) => void): Promise<Answered> =>
    client.ask(path(traceId), accept === undefined ? {} : { accept }, take);
  const first = await ask((chunk) => {
    counter.take(chunk);
  });
  if (counter.count !== spans)
    throw new Error(`${spans} spans were acknowledged and ${counter.count} came back`);
  const cpuMs = server.cpuMs();
  const answers: Answered[] = [];
  for (let run = 0; run < runs; run++) answers.push(await ask());
  const median = (of: (answer: Answered) => number): number => quantile(answers.map(of), 0.5);
  const row = {
    form: name,
    'first byte ms': median(({ firstByteMs }) => firstByteMs),
    'whole ms': median(({ wholeMs }) => wholeMs),
    'longest ms': Math.max(...answers.map(({ wholeMs }) => wholeMs)),
    'first time ms': first.wholeMs,
    'CPU ms': (server.cpuMs() - cpuMs) / runs,
    'answer MB': first.bytes / 1e6,
    'idle MiB': idleMib,
    'peak above it MiB': server.peakMib() - idleMib,
  };
  client.close();
  await server.stop();
  return row;
}

/** Counts a text in chunks that are cut anywhere. */
class MarkCounter {
  count = 0;
  readonly #mark: string;
  #rest = '';

  constructor(mark: string) {
    this.#mark = mark;
  }

  take(chunk: Buffer): void {
    const parts = (this.#rest + chunk.toString('latin1')).split(this.#mark);
    this.count += parts.length - 1;
    this.#rest = parts.at(-1)!.slice(1 - this.#mark.length);
  }
}
