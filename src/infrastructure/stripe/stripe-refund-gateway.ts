import type Stripe from 'stripe';
import { RefundGateway, type RefundAnswer } from '../../application/refund/refund-gateway';
import type { Payment } from '../../domain/payment/payment';
import type { Refund } from '../../domain/refund/refund';
import type { RefundSight } from '../../domain/refund/refund-sight';
import type { Money } from '../../domain/shared/money';
import { stepRefusalOf, toStripeAmount } from './stripe-amount';
import { effectOf, isReplayed, unavailable } from './stripe-errors';
import { PAYMENT_KEY } from './stripe-intent';
import { isRefund, REFUND_KEY, refundSightOf } from './stripe-refund';

const NO_REFUND = 'Stripe answered with something that is no refund.';

export class StripeRefundGateway extends RefundGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override refusal(part: Money): string | null {
    return stepRefusalOf(part);
  }

  override async send(payment: Payment, refund: Refund): Promise<RefundAnswer> {
    // A bug in what we ask throws here; whatever happens from now on may happen after the request has left.
    const called = this.stripe.refunds.create(paramsOf(payment, refund), { idempotencyKey: refund.idempotencyKey });
    try {
      const answer = await called;
      if (!isRefund(answer)) return { kind: 'unknown', doubt: 'lost_answer', message: NO_REFUND };
      if (isReplayed(answer.lastResponse.headers)) return await this.asItIsNow(answer.id);
      return { kind: 'accepted', seen: refundSightOf(answer) };
    } catch (error) {
      return answerTo(error);
    }
  }

  override async list(intent: string): Promise<RefundSight[]> {
    const sights: RefundSight[] = [];
    try {
      for await (const refund of this.stripe.refunds.list({ payment_intent: intent, limit: 100 })) {
        if (!isRefund(refund)) throw new Error(NO_REFUND);
        sights.unshift(refundSightOf(refund));
      }
    } catch (error) {
      throw unavailable(error);
    }
    return sights;
  }

  /** After the first answer once more: what became of the refund meanwhile stands at Stripe. */
  private async asItIsNow(id: string): Promise<RefundAnswer> {
    try {
      const refund = await this.stripe.refunds.retrieve(id);
      if (isRefund(refund)) return { kind: 'accepted', seen: refundSightOf(refund) };
    } catch {
      // Whatever it says, it is not about the request that was repeated.
    }
    return { kind: 'unknown', doubt: 'lost_answer', message: `Stripe made ${id} and does not show it now.` };
  }
}

/** The same for every repeat: an idempotency key takes one request only. */
function paramsOf(payment: Payment, refund: Refund): Stripe.RefundCreateParams {
  if (payment.intent === null) throw new Error(`payment ${payment.id} has no intent at Stripe`);
  const { money, reason, id } = refund.snapshot();
  return {
    payment_intent: payment.intent,
    amount: toStripeAmount(money.amount, money.currency),
    // Stripe blocks who is refunded for `fraudulent`, so nothing else is told as that.
    reason: reason === 'duplicate' || reason === 'fraudulent' ? reason : 'requested_by_customer',
    metadata: { [REFUND_KEY]: id, [PAYMENT_KEY]: payment.id },
  };
}

function answerTo(error: unknown): RefundAnswer {
  const effect = effectOf(error);
  if (effect.kind !== 'refused') return effect;
  const { code, type, message } = effect.error;
  return { kind: 'refused', code: code ?? type, message };
}
