const SECOND = 1_000;
const LONGEST = 15 * 60 * SECOND;
/** After about a day of looks at the longest pause. */
const MANY = 100;
const LATER = 6 * 3_600 * SECOND;

const SHORTEST_AWAY = 5 * SECOND;
const LONGEST_AWAY = 20 * SECOND;

/**
 * The time until the next look, in milliseconds: 1 s, 2 s, 4 s, … up to 15 minutes, and 6 hours after a day. It is cut by up
 * to a half, for each id and look differently: what failed together does not come back together.
 */
export function backoff(checks: number, id: string): number {
  const whole = checks > MANY ? LATER : Math.min(SECOND * 2 ** Math.min(checks, 20), LONGEST);
  return Math.round(whole * (1 - scatter(`${id}/${String(checks)}`) / 2));
}

/**
 * The time until the next look when Stripe did not answer at all, in milliseconds. It does not grow: that an outage was long
 * is no reason to find out late after it.
 */
export function pauseWhileAway(id: string): number {
  return Math.round(SHORTEST_AWAY + (LONGEST_AWAY - SHORTEST_AWAY) * scatter(id));
}

/** From 0 to 1, always the same for the same text, and far apart for texts that are alike (FNV-1a with a final mix). */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
