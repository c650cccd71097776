import { GatewayUnavailable } from './gateway-unavailable';

export interface Taken<T> {
  readonly items: readonly T[];
  /** There may be more to take. */
  readonly more: boolean;
}

export interface Draining<T> {
  /** Takes so many at most, so that nobody else takes them for a while. */
  readonly take: (limit: number) => Promise<Taken<T>>;
  /** @returns `away` when Stripe did not answer. */
  readonly work: (item: T) => Promise<unknown>;
  readonly atOnce: number;
  /** No more than so many in one go. */
  readonly most: number;
  /** The service is about to stop: nothing new is begun. */
  readonly isEnding: () => boolean;
}

export interface Drained {
  readonly count: number;
  /** One that fails stops no other; it comes up again. Of many the first. */
  readonly failures: readonly unknown[];
  /** It ended because it was enough for one go: the next may begin at once. */
  readonly more: boolean;
}

/** So many answers of Stripe that did not come mean that the others would not come either. */
const AWAY = 5;
const MOST_FAILURES = 10;

export const never = (): boolean => false;

/**
 * Works on what is due for as long as there is some, a few at once, and takes only what it begins at once: memory stays flat,
 * and who comes later finds the rest. It ends early when Stripe does not answer.
 */
export async function drain<T>({ take, work, atOnce, most, isEnding }: Draining<T>): Promise<Drained> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let [count, away, more] = [0, 0, true];
  const begin = async (item: T): Promise<void> => {
    try {
      away = (await work(item)) === 'away' ? away + 1 : 0;
    } catch (error) {
      if (error instanceof GatewayUnavailable) away += 1;
      if (failures.length < MOST_FAILURES) failures.push(error);
    }
  };
  while (more && count < most && away < AWAY && !isEnding()) {
    const taken = await take(Math.min(atOnce - running.size, most - count));
    more = taken.more;
    count += taken.items.length;
    for (const item of taken.items) {
      const one = begin(item).then(() => {
        running.delete(one);
      });
      running.add(one);
    }
    while (running.size > atOnce / 2) await Promise.race(running);
  }
  await Promise.all(running);
  return { count, failures, more: more && away < AWAY && !isEnding() };
}

/** What a query that takes answers: a full hand means that there may be more. */
export function handOf<T>(items: readonly T[], limit: number): Taken<T> {
  return { items, more: items.length === limit };
}
