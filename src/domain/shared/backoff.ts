const LONGEST = 15 * 60_000;

/** The time until the next look, in milliseconds: 1 s, 2 s, 4 s, … up to 15 minutes. */
export function backoff(checks: number): number {
  return Math.min(1_000 * 2 ** Math.min(checks, 20), LONGEST);
}
