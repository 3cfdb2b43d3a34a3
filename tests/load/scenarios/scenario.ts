import type { ProtocolName } from '../traffic/protocols.ts';
import type { Shape } from '../traffic/shape.ts';
import type { Outcome } from './outcome.ts';

export interface BenchOptions {
  /** Absent, here and below: the scenario's own number. */
  readonly spans: number | undefined;
  readonly seconds: number | undefined;
  readonly runs: number | undefined;
  /** How long the server must have had nothing to do before its merges are taken to be over. */
  readonly calmSeconds: number;
  readonly layouts: readonly string[];
  /** None: the usual one. */
  readonly protocols: readonly ProtocolName[];
  readonly loads: readonly Shape['name'][];
  /** A data directory to fill once and to ask again; absent: one that is gone afterwards. */
  readonly dataDir: string | undefined;
}

export interface Scenario {
  readonly says: string;
  readonly run: (options: BenchOptions) => Promise<Outcome>;
}
