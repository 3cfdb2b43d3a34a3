import type { LayoutResult } from './measure-layout.ts';

/** A few lines for a person; the JSON holds the rest. */
export function presentLayout(result: LayoutResult): string {
  const { stored } = result;
  const list = (sizes: Readonly<Record<string, number>>): string =>
    Object.entries(sizes)
      .filter(([, bytes]) => bytes >= 0.05)
      .map(([name, bytes]) => `${name} ${bytes.toFixed(1)}`)
      .join(', ');
  const lines = result.queries.map(
    ({ name, wallMs, wallP99Ms, cpuMs, statements, rowsRead, granulesRead }) =>
      `    ${name.padEnd(42)} ${wallMs.toFixed(1).padStart(7)} ms  p99 ${wallP99Ms.toFixed(1).padStart(7)}  cpu ${cpuMs.toFixed(1).padStart(7)}  statements ${statements}  rows ${rowsRead} granules ${granulesRead}`,
  );
  return [
    `${result.layout} · ${result.load} load · ${result.spans} spans · ${stored.parts} parts`,
    `  cpu µs/span: insert ${result.insertCpuMicros.toFixed(2)}, with merges ${result.totalCpuMicros.toFixed(2)} (reading the segment alone ${result.readCpuMicros.toFixed(2)}); merged ${result.mergedTimes.toFixed(2)} times, once more costs ${result.levelCpuMicros.toFixed(2)}`,
    `  B/span ${stored.bytesPerSpan.toFixed(1)}: ${list(stored.columns)}`,
    `  indexes ${list(stored.indexes)}; projections ${list(stored.projections)}; tables ${list(stored.tables)}`,
    ...lines,
  ].join('\n');
}
