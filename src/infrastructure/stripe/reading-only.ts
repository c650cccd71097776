import { AsyncLocalStorage } from 'node:async_hooks';

interface Refusals {
  first: string | null;
}

const reading = new AsyncLocalStorage<Refusals>();

/**
 * What is done inside asks Stripe, and changes nothing there.
 * @throws Error when it tried to, whatever came of the work: the SDK tells it that the connection failed.
 */
export async function readingOnly<T>(work: () => Promise<T>): Promise<T> {
  const refusals: Refusals = { first: null };
  const [outcome] = await Promise.allSettled([reading.run(refusals, work)]);
  if (refusals.first !== null)
    throw new Error(`${refusals.first} was not sent: nothing is to be changed at Stripe here.`);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/** @throws Error inside of `readingOnly`, for any other method than GET. */
export function assertMaySend(method: string, path: string): void {
  const refusals = reading.getStore();
  if (method === 'GET' || refusals === undefined) return;
  refusals.first ??= `${method} ${path}`;
  throw new Error('Nothing is to be changed at Stripe here.');
}
