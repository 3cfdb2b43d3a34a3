import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** What the system tells of another process, read from /proc. */

/** Linux counts processor time in hundredths of a second, whatever its clock. */
const TICK_MS = 10;
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;

/** User and system time of a process, threads that have ended included. */
export function readCpuMs(pid: number): number {
  return cpuMsOf(`/proc/${pid}/stat`);
}

/** The same by the names of the threads that live, those of one name together; `main` is the one that runs JavaScript. */
export function readThreadCpuMs(pid: number): Map<string, number> {
  const threads = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    try {
      const name = id === String(pid) ? 'main' : threadName(`/proc/${pid}/task/${id}`);
      threads.set(name, (threads.get(name) ?? 0) + cpuMsOf(`/proc/${pid}/task/${id}/stat`));
    } catch {
      // It ended while we looked; its time is in that of the process.
    }
  }
  return threads;
}

export function residentMib(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

/** Lets the most that a process ever had count from now on. */
export function forgetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function cpuMsOf(path: string): number {
  const text = readFileSync(path, 'utf8');
  const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
  return (Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD])) * TICK_MS;
}

function threadName(directory: string): string {
  return readFileSync(`${directory}/comm`, 'utf8').trim();
}
