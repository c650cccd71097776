import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { previousAttributes } from '../core/changes';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { schedule } from '../core/schedule';
import { clearable, flag, mergeMetadata, metadata, object, text, unsupported, type Values } from '../core/schema';
import { checkOpen, decisionIn } from './dispute-decision';
import { postCounterFee } from './dispute-funds';

const MAX_CHARACTERS = 150_000;
const words = clearable(text({ max: 20_000 }));
const file = clearable(text());

const FILES = {
  cancellation_policy: file,
  customer_communication: file,
  customer_signature: file,
  duplicate_charge_documentation: file,
  receipt: file,
  refund_policy: file,
  service_documentation: file,
  shipping_documentation: file,
  uncategorized_file: file,
};

const WORDS = {
  access_activity_log: words,
  billing_address: words,
  cancellation_policy_disclosure: words,
  cancellation_rebuttal: words,
  customer_email_address: words,
  customer_name: words,
  customer_purchase_ip: words,
  duplicate_charge_explanation: words,
  duplicate_charge_id: words,
  product_description: words,
  refund_policy_disclosure: words,
  refund_refusal_explanation: words,
  service_date: words,
  shipping_address: words,
  shipping_carrier: words,
  shipping_date: words,
  shipping_tracking_number: words,
  uncategorized_text: words,
};

export const disputeUpdateShape = {
  evidence: object({ ...FILES, ...WORDS, enhanced_evidence: unsupported }),
  metadata,
  submit: flag,
};

export type DisputeUpdate = Values<typeof disputeUpdateShape>;

/** Evidence is submitted unless it is only to be staged; what was staged is submitted by asking for that alone. */
export function updateDispute(ctx: Context, dispute: Stripe.Dispute, params: DisputeUpdate): Stripe.Dispute {
  checkOpen(dispute);
  const { enhanced_evidence: _refused, ...given } = params.evidence ?? {};
  checkFiles(ctx, given);
  const evidence = { ...dispute.evidence, ...given };
  checkLength(evidence);
  const submit = params.submit ?? params.evidence !== undefined;
  const staged: Stripe.Dispute = {
    ...dispute,
    evidence,
    evidence_details: { ...dispute.evidence_details, has_evidence: hasEvidence(evidence) },
    metadata: params.metadata === undefined ? dispute.metadata : mergeMetadata(dispute.metadata, params.metadata),
  };
  const updated = submit ? submitted(ctx, staged) : staged;
  ctx.tx.put('disputes', updated);
  if (submit) postCounterFee(ctx, updated, 'charge');
  emit(ctx, 'charge.dispute.updated', updated, previousAttributes(dispute, updated));
  if (submit && decisionIn(evidence) !== null) {
    schedule(ctx, 'decide_dispute', dispute.id, ctx.clock.nowMs() + ctx.settings.disputeReviewMs);
  }
  return updated;
}

function submitted(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  const details = dispute.evidence_details;
  return {
    ...dispute,
    evidence_details: {
      ...details,
      past_due: ctx.clock.now() > (details.due_by ?? 0),
      submission_count: details.submission_count + 1,
    },
    status: dispute.status.startsWith('warning') ? 'warning_under_review' : 'under_review',
  };
}

function hasEvidence(evidence: Stripe.Dispute.Evidence): boolean {
  return Object.values(evidence).some((value) => typeof value === 'string');
}

function checkFiles(ctx: Context, given: Readonly<Record<string, string | null | undefined>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in FILES) || typeof value !== 'string') continue;
    if (ctx.tx.get('files', value)?.purpose === 'dispute_evidence') continue;
    throw invalidRequest(`No such file upload: '${value}'`, { code: 'resource_missing', param: `evidence[${name}]` });
  }
}

function checkLength(evidence: Stripe.Dispute.Evidence): void {
  const length = Object.values(evidence).reduce(
    (sum: number, value) => sum + (typeof value === 'string' ? value.length : 0),
    0,
  );
  if (length <= MAX_CHARACTERS) return;
  throw invalidRequest(`The combined character count of all evidence fields is limited to ${String(MAX_CHARACTERS)}.`, {
    param: 'evidence',
  });
}
