import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from '../../src/infrastructure/postgres/embedded/process-identity';

export function isAlive(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}

/** False when it has not come true in time. */
export async function comesTrue(condition: () => boolean, milliseconds = 10_000): Promise<boolean> {
  for (let waited = 0; waited < milliseconds; waited += 20) {
    if (condition()) return true;
    await delay(20);
  }
  return condition();
}

/** Linux only. */
export function pidsByCommand(part: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandOf(pid).includes(part));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
