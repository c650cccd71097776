import type { Context } from '../core/context';
import { schedule } from '../core/schedule';

const DAY_MS = 86_400_000;
/** The schedule belongs to the account, which is no row. */
const ACCOUNT = 'payout_schedule';

/** Sees to it that a daily payout is due, where the account has them. */
export function scheduleDailyPayout(ctx: Context): void {
  if (ctx.settings.payoutSchedule !== 'daily' || ctx.tx.where('tasks', 'object', ACCOUNT).length > 0) return;
  const nextMidnight = (Math.floor(ctx.clock.nowMs() / DAY_MS) + 1) * DAY_MS;
  schedule({ ...ctx, testClock: null }, 'pay_out', ACCOUNT, nextMidnight);
}
