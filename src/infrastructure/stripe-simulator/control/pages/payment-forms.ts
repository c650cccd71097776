import type Stripe from 'stripe';
import { refundable } from '../../reversals/refund-rules';
import { majorUnits } from './amounts';
import { UI } from './layout';
import { markup, type Markup } from './markup';
import { button, challengeForm, choice, field, postForm } from './parts';

const CANCELABLE = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
  'processing',
];
const CLOSED = ['won', 'lost', 'warning_closed', 'prevented'];

const unchanged = (values: readonly string[]): (readonly [string, string])[] =>
  values.map((value) => [value, value.replaceAll('_', ' ')] as const);

const REFUND_REASONS = [['', 'none'], ...unchanged(['requested_by_customer', 'duplicate', 'fraudulent'])] as const;
const CANCELLATION_REASONS = [
  ['', 'none'],
  ...unchanged(['requested_by_customer', 'duplicate', 'fraudulent', 'abandoned']),
] as const;
const DISPUTE_REASONS = unchanged([
  'fraudulent',
  'product_not_received',
  'product_unacceptable',
  'duplicate',
  'credit_not_processed',
  'subscription_canceled',
  'unrecognized',
  'general',
]);

/** What a person may do with a payment as it stands now. */
export function paymentForms(
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge | null,
  disputes: readonly Stripe.Dispute[],
): Markup[] {
  const action = `${UI}/payments/${intent.id}`;
  const forms: Markup[] = [];
  if (intent.status === 'requires_action') forms.push(challengeForm(`${action}/challenge`));
  if (intent.status === 'requires_capture') forms.push(captureForm(action, intent));
  if (charge?.captured === true && !charge.refunded) {
    if (disputes.every((dispute) => dispute.is_charge_refundable)) forms.push(refundForm(action, charge));
    forms.push(disputeForm(action, charge));
  }
  if (CANCELABLE.includes(intent.status)) forms.push(cancelForm(action));
  return forms;
}

function captureForm(action: string, { amount_capturable: amount, currency }: Stripe.PaymentIntent): Markup {
  return postForm({
    action: `${action}/capture`,
    legend: 'Capture',
    body: [amountField('capture', currency, majorUnits(amount, currency)), button('Capture')],
  });
}

function refundForm(action: string, charge: Stripe.Charge): Markup {
  return postForm({
    action: `${action}/refund`,
    legend: 'Refund',
    body: [
      amountField('refund', charge.currency, rest(charge)),
      choice({ id: 'refund-reason', name: 'reason', label: 'Reason', options: REFUND_REASONS }),
      button('Refund'),
    ],
  });
}

function disputeForm(action: string, charge: Stripe.Charge): Markup {
  return postForm({
    action: `${action}/dispute`,
    legend: "Dispute, as the customer's bank does",
    body: [
      amountField('dispute', charge.currency, rest(charge)),
      choice({ id: 'dispute-reason', name: 'reason', label: 'Reason', options: DISPUTE_REASONS }),
      choice({
        id: 'dispute-kind',
        name: 'kind',
        label: 'Kind',
        hint: 'An inquiry takes no money yet.',
        options: [
          ['dispute', 'dispute'],
          ['inquiry', 'inquiry'],
        ],
      }),
      button('Open a dispute'),
    ],
  });
}

function rest(charge: Stripe.Charge): string {
  return majorUnits(refundable(charge), charge.currency);
}

function cancelForm(action: string): Markup {
  return postForm({
    action: `${action}/cancel`,
    legend: 'Cancel',
    body: [
      choice({ id: 'cancel-reason', name: 'reason', label: 'Reason', options: CANCELLATION_REASONS }),
      button('Cancel the payment'),
    ],
  });
}

function amountField(form: string, currency: string, value: string): Markup {
  return field({
    id: `${form}-amount`,
    name: 'amount',
    label: `Amount in ${currency.toUpperCase()}`,
    value,
    required: true,
    inputMode: 'decimal',
  });
}

/** What the merchant, or the bank, may do with a dispute that is open. */
export function disputeForms(intent: string, dispute: Stripe.Dispute): Markup | null {
  if (CLOSED.includes(dispute.status)) return null;
  const action = `${UI}/payments/${intent}/disputes/${dispute.id}`;
  const evidence = postForm({
    action: `${action}/evidence`,
    legend: `Submit evidence for ${dispute.id}`,
    body: [
      field({ id: `${dispute.id}-text`, name: 'text', label: 'Evidence in words', required: true }),
      button('Submit evidence'),
    ],
  });
  const decision = postForm({
    action: `${action}/decision`,
    legend: `Decide ${dispute.id}, as the bank does`,
    body: decisionsOn(dispute).map(([value, words]) => button(words, { name: 'decision', value })),
  });
  return markup`${awaitsEvidence(dispute) ? evidence : null}${decision}`;
}

function decisionsOn({ status }: Stripe.Dispute): readonly (readonly [decision: string, words: string])[] {
  if (status.startsWith('warning')) {
    return [
      ['win', 'Close the inquiry'],
      ['escalate', 'Escalate to a dispute'],
    ];
  }
  return [
    ['win', 'The merchant wins'],
    ['lose', 'The merchant loses'],
  ];
}

function awaitsEvidence({ status }: Stripe.Dispute): boolean {
  return status === 'needs_response' || status === 'warning_needs_response';
}
