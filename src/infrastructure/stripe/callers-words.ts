import type { Attempt } from '../../domain/payment/attempt';
import type { GatewayAnswer } from '../../application/payment/payment-gateway';
import type { Payment } from '../../domain/payment/payment';

/** Shorter ones name nobody, and stand in half of all words. */
const SHORTEST = 3;

/**
 * Stripe's refusals may quote what was sent, and they are stored, shown and told in events: what the caller wrote about
 * a person is taken out of them. A decline is in the words of Stripe or of the bank alone.
 */
export function withoutCallersWords(answer: GatewayAnswer, payment: Payment, attempt: Attempt): GatewayAnswer {
  if (answer.kind === 'accepted' || answer.kind === 'declined') return answer;
  const words = callersWords(payment, attempt);
  return { ...answer, message: words.reduce((text, word) => text.replaceAll(word, '…'), answer.message) };
}

/** Longest first, or a part of one would keep the rest. */
function callersWords(payment: Payment, { request }: Attempt): string[] {
  const { description, metadata } = payment.snapshot();
  const address = request !== null && 'returnUrl' in request ? request.returnUrl : null;
  const words = [description ?? '', address ?? '', ...Object.entries(metadata).flat()];
  return words.filter((word) => word.length >= SHORTEST).sort((a, b) => b.length - a.length);
}
