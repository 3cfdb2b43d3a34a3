import { readFileSync } from 'node:fs';

export interface Cost {
  readonly wallMs: number;
  /** User and system time of this process, all threads. */
  readonly cpuMs: number;
}

/** Starts the clocks; the returned function reads them. */
export function startCost(): () => Cost {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs: performance.now() - wall, cpuMs: (user + system) / 1000 };
  };
}

/** The most resident memory that a process ever had, in MiB; undefined where the system does not tell. */
export function peakMemoryMib(pid: number | 'self' = 'self'): number | undefined {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line === null ? undefined : Number(line[1]) / 1024;
  } catch {
    return undefined;
  }
}
