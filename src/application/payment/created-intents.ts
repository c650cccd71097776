import type { Attempt } from '../../domain/payment/attempt';
import { REPEATABLE_FOR } from '../../domain/payment/settlement';
import type { GatewayReading, PaymentGateway } from './payment-gateway';

/** A time in which intents may have been made. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** Clocks differ; the list of an attempt's time reaches this far around it. */
const CLOCK_SKEW = 600_000;

/** Around the first sending of what may still be repeated: should the list miss it there, the repeat finds it. */
const NEAR = { before: 30_000, after: 60_000 } as const;

/** The time in which an attempt's intent was made, if it was: any repeat may be the one that had the effect. */
export function spanOf(firstSentAt: Date, repeatable: boolean): Span {
  const sent = firstSentAt.getTime();
  const [before, after] = repeatable ? [NEAR.before, NEAR.after] : [CLOCK_SKEW, REPEATABLE_FOR + CLOCK_SKEW];
  return { from: new Date(sent - before), to: new Date(sent + after) };
}

/** Fewer spans that hold the same times, oldest first: what several attempts have in common is looked through once. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = result.at(-1);
    if (last === undefined || last.to < span.from) result.push(span);
    else if (last.to < span.to) result[result.length - 1] = { from: last.from, to: span.to };
  }
  return result;
}

/** Looks for the intent that one attempt made, through the complete list of its time. */
export async function findCreatedBy(gateway: PaymentGateway, attempt: Attempt): Promise<GatewayReading> {
  const { from, to } = spanOf(attempt.firstSentAt ?? new Date(0), false);
  let after: string | null = null;
  do {
    const page = await gateway.listCreated(from, to, after);
    if (page.kind === 'unavailable') return page;
    const seen = page.seen.find(({ attemptId }) => attemptId === attempt.id);
    if (seen !== undefined) return { kind: 'found', seen };
    after = page.next;
  } while (after !== null);
  return { kind: 'missing' };
}
