const MICRO = 1_000n;
const MILLI = 1_000_000n;
const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/** A duration as Go writes it: `35ms`, `-1.5s`, `1m0.5s`, `26h0m0s`. */
export function presentDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${presentDuration(-nanos)}`;
  if (nanos === 0n) return '0s';
  if (nanos < MICRO) return `${nanos}ns`;
  if (nanos < MILLI) return `${decimal(nanos, MICRO)}µs`;
  if (nanos < SECOND) return `${decimal(nanos, MILLI)}ms`;
  const hours = nanos < HOUR ? '' : `${nanos / HOUR}h`;
  const minutes = nanos < MINUTE ? '' : `${(nanos % HOUR) / MINUTE}m`;
  return `${hours}${minutes}${decimal(nanos % MINUTE, SECOND)}s`;
}

/** As many digits behind the point as there are, without zeros at their end. */
function decimal(nanos: bigint, unit: bigint): string {
  const digits = unit.toString().length - 1;
  const behind = (nanos % unit).toString().padStart(digits, '0').replace(/0+$/, '');
  return behind === '' ? `${nanos / unit}` : `${nanos / unit}.${behind}`;
}
