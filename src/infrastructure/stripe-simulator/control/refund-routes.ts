import { ControlError, type ControlParts, type ControlRoute } from './control-route';
import { act } from './dispute-routes';
import { decideRefund, FAILURE_REASONS } from '../reversals/refund-end';

/** What becomes of a refund without a call to Stripe's API. */
export function refundRoutes(parts: ControlParts): ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/refunds/:id/decide',
      does: "ends a refund with the 'decision' succeed, fail or cancel; 'reason' is why it fails, by default unknown",
      takes: ['decision', 'reason'],
      handle({ values: { id = '' }, input: { decision, reason = 'unknown' } }) {
        if (decision !== 'cancel' && decision !== 'fail' && decision !== 'succeed') {
          throw new ControlError("'decision' is succeed, fail or cancel.");
        }
        if (typeof reason !== 'string' || !FAILURE_REASONS.includes(reason)) {
          throw new ControlError(`'reason' is one of ${FAILURE_REASONS.join(', ')}.`);
        }
        return act(parts, (ctx) => {
          const refund = ctx.tx.get('refunds', id);
          if (refund === undefined) throw new ControlError(`There is no refund '${id}'.`, 404);
          return decideRefund(ctx, refund, decision, reason);
        });
      },
    },
  ];
}
