import { existsSync, readFileSync } from 'node:fs';

/** Where the system tells it. */
export const MEMORY_IS_TOLD = existsSync('/proc/self/status');

/** Megabytes that a process has in memory. */
export function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024);
}

/** @returns the most that it had while the work went on, looked at so often. */
export async function mostMemory(pid: number, work: () => Promise<unknown>, every = 20): Promise<number> {
  let most = residentMemory(pid);
  const look = setInterval(() => {
    most = Math.max(most, residentMemory(pid));
  }, every);
  try {
    await work();
  } finally {
    clearInterval(look);
  }
  return Math.max(most, residentMemory(pid));
}
