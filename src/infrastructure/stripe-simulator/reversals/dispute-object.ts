import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { newId } from '../core/ids';

const DAY = 86_400;

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** Visa's codes for the reasons that Stripe names. */
const NETWORK_CODES: Readonly<Record<string, string>> = {
  credit_not_processed: '13.7',
  duplicate: '12.6.1',
  fraudulent: '10.4',
  general: '10',
  noncompliant: '98',
  product_not_received: '13.1',
  product_unacceptable: '13.3',
  subscription_canceled: '13.2',
  unrecognized: '10.4',
};

export interface DisputeTerms {
  amount: number;
  reason: string;
  status: Stripe.Dispute.Status;
}

export function newDispute(ctx: Context, charge: Stripe.Charge, terms: DisputeTerms): Stripe.Dispute {
  const inquiry = terms.status === 'warning_needs_response';
  const answerable = terms.status !== 'lost';
  return {
    id: newId('du'),
    object: 'dispute',
    amount: terms.amount,
    balance_transactions: [],
    charge: charge.id,
    created: ctx.clock.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: answerable ? dueBy(ctx) : 0,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: methodDetails(charge, terms.reason, inquiry),
    reason: terms.reason,
    status: terms.status,
  };
}

/** At the end of that day, by UTC. */
function dueBy(ctx: Context): number {
  return (Math.floor(ctx.clock.now() / DAY) + ctx.settings.disputeDueDays + 1) * DAY - 1;
}

function methodDetails(charge: Stripe.Charge, reason: string, inquiry: boolean): Stripe.Dispute.PaymentMethodDetails {
  const details = charge.payment_method_details;
  if (details?.type !== 'card') return { type: details?.type ?? 'card' };
  const brand = details.card?.brand ?? 'visa';
  return {
    card: {
      brand,
      case_type: inquiry ? 'inquiry' : 'chargeback',
      network: brand,
      network_reason_code: NETWORK_CODES[reason] ?? null,
    },
    type: 'card',
  };
}

/** An inquiry that the bank was not content with. */
export function asChargeback(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  const details = dispute.payment_method_details;
  const card = details?.card === undefined ? undefined : { ...details.card, case_type: 'chargeback' };
  return {
    ...dispute,
    evidence_details: { ...dispute.evidence_details, due_by: dueBy(ctx) },
    is_charge_refundable: false,
    ...(details === undefined
      ? {}
      : { payment_method_details: { ...details, ...(card === undefined ? {} : { card }) } }),
    status: 'needs_response',
  };
}
