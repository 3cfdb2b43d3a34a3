import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface SenderOptions {
  /** Without `/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Told apart in the trace ids. */
  readonly senderId: number;
  readonly connections: number;
  readonly spansPerBatch: number;
  /** Between two batches of one connection. */
  readonly pauseMs: number;
  /** After which a batch that was refused is sent again. */
  readonly retryMs: number;
}

export interface SenderReport {
  /** Numbers of the batches that were answered with 200 and nothing else. */
  readonly acknowledged: readonly number[];
  /** The number of the last batch. */
  readonly sent: number;
  /** Retryable refusals that said when to retry, by status. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Requests whose connection broke: nobody knows what became of their spans. */
  readonly broken: number;
  /** Any other answer; the first few. */
  readonly unexpected: readonly string[];
  readonly latenciesMs: readonly number[];
}

/** A sender that runs in a process of its own until it is stopped. */
export interface Sender {
  report(): Promise<SenderReport>;
  stop(): Promise<SenderReport>;
}

const PROGRAM = fileURLToPath(new URL('../../dist/tests/support/sender-process.js', import.meta.url));
const GENTLE = { headers: {}, senderId: 1, connections: 4, spansPerBatch: 100, pauseMs: 0, retryMs: 100 };

export function startSender(options: Partial<SenderOptions> & Pick<SenderOptions, 'url'>): Sender {
  const child = fork(PROGRAM, { serialization: 'advanced' });
  child.send({ ...GENTLE, ...options });
  return {
    report: () => ask(child, 'report'),
    stop: () => ask(child, 'stop'),
  };
}

async function ask(child: ChildProcess, question: 'report' | 'stop'): Promise<SenderReport> {
  const answer = once(child, 'message');
  child.send(question);
  const [report] = (await answer) as [SenderReport];
  return report;
}
