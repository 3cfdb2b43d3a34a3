import type { RateSeries } from '../../../store/trace-store.ts';
import { goFloat, goString } from '../../go/go-json.ts';
import type { MomentValues } from './metric-values.ts';

/** What a family is about, without the grouping. */
export interface FamilyFacts {
  /** After `service_`. */
  readonly name: string;
  readonly help: string;
  readonly byOperation: boolean;
}

export const CALL_RATE = { name: 'call_rate', help: 'calls/sec' };
export const ERROR_RATE = {
  name: 'error_rate',
  help: 'error rate, computed as a fraction of errors/sec over calls/sec',
};
export const latenciesOf = (quantile: number): Omit<FamilyFacts, 'byOperation'> => ({
  name: 'latencies',
  help: `${quantile.toFixed(2)}th quantile latency`,
});

/** A family of metrics in the JSON of its protobuf message, a metric a piece. Without moments there are no metrics. */
export function* presentMetricFamily(
  { name, help, byOperation }: FamilyFacts,
  series: readonly RateSeries[],
  momentsMs: readonly number[],
  valuesOf: (series: RateSeries) => MomentValues,
): Generator<string> {
  const fullName = byOperation ? `service_operation_${name}` : `service_${name}`;
  const fullHelp = `${help}, grouped by service${byOperation ? ' & operation' : ''}`;
  yield `{"name":${goString(fullName)},"type":"GAUGE","help":${goString(fullHelp)},"metrics":[`;
  const ends = momentsMs.map((momentMs) => `},"timestamp":"${presentMoment(momentMs)}"}`);
  let between = '';
  for (const one of ends.length === 0 ? [] : series) {
    yield `${between}{"labels":${presentLabels(one, byOperation)},"metricPoints":[${presentPoints(valuesOf(one), ends)}]}`;
    between = ',';
  }
  yield ']}';
}

/** The service is the first label: the UI takes it for it. */
function presentLabels({ service = '', operation = '' }: RateSeries, byOperation: boolean): string {
  const labels = [['service_name', service], ...(byOperation ? [['operation', operation]] : [])];
  return `[${labels.map(([name, value]) => `{"name":"${name}","value":${goString(value!)}}`).join(',')}]`;
}

function presentPoints(values: MomentValues, ends: readonly string[]): string {
  return values
    .map((value, at) => `{"gaugeValue":{"doubleValue":${presentDouble(value)}${ends[at]!}`)
    .join(',');
}

/** JSON has no word for what is not a number; protobuf's JSON writes it as text. */
function presentDouble(value: number): string {
  return Number.isNaN(value) ? '"NaN"' : goFloat(value);
}

/** As protobuf's JSON has it: with three digits of a second, or none. */
function presentMoment(momentMs: number): string {
  return new Date(momentMs).toISOString().replace('.000Z', 'Z');
}
