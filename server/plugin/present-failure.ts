import { Fault } from '../errors/fault.ts';
import { UpstreamError, type UpstreamErrorKind } from './instance/upstream.ts';

/** A failure as Grafana is told of it. */
export interface Failure {
  readonly status: number;
  /** A sentence for whoever looks at the panel. */
  readonly message: string;
  /** Whose it is: ours, or that of the server, its settings or the question. */
  readonly source: 'plugin' | 'downstream';
  /** For the metrics. */
  readonly outcome: string;
}

const STATUS: Readonly<Record<UpstreamErrorKind, number>> = {
  unreachable: 502,
  timeout: 504,
  unauthorized: 401,
  refused: 400,
  failed: 502,
  'not-jaeger': 502,
  'too-large': 413,
  cancelled: 499,
};

/** Halves of characters: a message that holds one is refused by the host, with all answers beside it. */
const HALVES = /\p{Surrogate}/gu;

export function presentFailure(thrown: unknown): Failure {
  const failure = failureOf(thrown);
  return { ...failure, message: failure.message.replace(HALVES, '\ufffd') };
}

/** What was thrown, said; what is not an error of ours by name is a mistake of ours, and its words are for the log. */
function failureOf(thrown: unknown): Failure {
  if (thrown instanceof UpstreamError) {
    const { kind, message } = thrown;
    const status =
      kind === 'unauthorized' || kind === 'refused' ? (thrown.status ?? STATUS[kind]) : STATUS[kind];
    return { status, message, source: 'downstream', outcome: kind };
  }
  if (thrown instanceof Fault && thrown.code !== 'internal') {
    return { status: thrown.kind.http, message: thrown.message, source: 'downstream', outcome: thrown.code };
  }
  return {
    status: 500,
    message: "something went wrong in the plugin; Grafana's log has the cause",
    source: 'plugin',
    outcome: 'internal',
  };
}
