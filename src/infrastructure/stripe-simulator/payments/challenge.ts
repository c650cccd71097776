import type { Context } from '../core/context';
import { cardBehind } from './payment-method';

interface Circumstances {
  /** The customer is not there to pass a challenge. */
  offSession: boolean;
  /** What the merchant wants of 3-D Secure. */
  requested: string;
}

export function challengesPayment(ctx: Context, method: string, { offSession, requested }: Circumstances): boolean {
  const { behaviour } = cardBehind(ctx, method);
  if (behaviour.kind === 'challenge_on_demand') return !offSession && requested !== 'automatic';
  if (behaviour.kind !== 'challenge') return false;
  if (!offSession || behaviour.exempt === 'never') return true;
  return behaviour.exempt === 'once_set_up' && ctx.tx.get('cards', method)?.setUpForOffSession !== true;
}

/** Keeping a card is what these banks want to know of, whatever they want of payments. */
export function challengesSetup(ctx: Context, method: string, requested: string): boolean {
  const { behaviour } = cardBehind(ctx, method);
  if (behaviour.kind === 'challenge_on_demand') return requested !== 'automatic';
  return behaviour.kind === 'challenge' && behaviour.exempt !== 'off_session';
}

/** The customer passed a challenge that covers payments without them. */
export function setUpForOffSession(ctx: Context, method: string): void {
  const card = ctx.tx.get('cards', method);
  if (card !== undefined) ctx.tx.put('cards', { ...card, setUpForOffSession: true });
}
