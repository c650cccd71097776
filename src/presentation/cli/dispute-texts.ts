import type { SubmitProblem } from '../../application/dispute/begin-submission';
import type { DisputeDetails, DisputeView, EvidenceView } from '../../application/dispute/dispute-queries';
import type { EvidenceProblem } from '../../application/dispute/save-evidence';
import { failed, notFound, type CliError } from './exit-codes';
import { amountText } from './payment-texts';
import { properties, table, type Column } from './table';

const COLUMNS: readonly Column<DisputeView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'status', value: ({ status }) => status },
  { title: 'amount', value: ({ amount, currency }) => amountText(amount, currency), align: 'right' },
  { title: 'reason', value: ({ reason }) => reason },
  { title: 'due by', value: ({ dueBy }) => dueBy },
  { title: 'payment', value: ({ payment }) => payment },
  { title: 'opened', value: ({ openedAt }) => openedAt },
];
const ATTENTION: Column<DisputeView> = { title: 'attention', value: ({ attention }) => attention };

const EVIDENCE: readonly Column<EvidenceView & { readonly state: string }>[] = [
  { title: 'evidence', value: ({ field }) => field },
  { title: 'state', value: ({ state }) => state },
  { title: 'what', value: ({ text, file }) => text ?? (file === null ? null : fileText(file)) },
];

export function disputesTable(disputes: readonly DisputeView[]): string {
  const needed = disputes.some(({ attention }) => attention !== null);
  return table(needed ? [...COLUMNS, ATTENTION] : COLUMNS, disputes);
}

export function disputeText(dispute: DisputeDetails): string {
  const { draft, submissions } = dispute;
  const whole = properties([
    ['Dispute', dispute.id],
    ['Payment', dispute.payment],
    ['Charge', dispute.charge],
    ['Status', dispute.status],
    ['Amount', amountText(dispute.amount, dispute.currency)],
    ['Reason', dispute.networkReason === null ? dispute.reason : `${dispute.reason} (${dispute.networkReason})`],
    ['Due by', dispute.dueBy],
    ['Refundable', dispute.chargeRefundable ? 'yes' : 'no'],
    ['Opened', dispute.openedAt],
    ['Attention', dispute.attention],
    ...dispute.balanceTransactions.map(
      ({ id, amount, fee, currency }) =>
        [
          amount < 0 ? 'Withdrawn' : 'Reinstated',
          `${id}: ${signedText(amount, currency)}, fee ${signedText(fee, currency)}`,
        ] as const,
    ),
  ]);
  const evidence = [
    ...draft.map((piece) => ({ ...piece, state: 'draft' })),
    ...submissions.flatMap(({ state, evidence: pieces }) => pieces.map((piece) => ({ ...piece, state }))),
  ];
  return evidence.length === 0 ? whole : `${whole}\n\n${table(EVIDENCE, evidence)}`;
}

export function noSuchDispute(id: string): CliError {
  return notFound(`No dispute has the id ${id}: see cashdesk disputes list.`);
}

export function evidenceRefused(problem: EvidenceProblem | SubmitProblem, id: string): CliError {
  switch (problem.kind) {
    case 'dispute_not_found':
      return noSuchDispute(id);
    case 'dispute_not_answerable':
      return failed(`${id} is ${problem.status} and takes no evidence (${problem.why}): see disputes show ${id}.`);
    case 'submission_in_progress':
      return failed(`Evidence of ${id} is on its way: see disputes show ${id}.`);
    case 'no_evidence':
      return failed(`Nothing was collected for ${id}: give it with --field, --from or --file.`);
    case 'evidence_too_large':
      return failed(`All ${problem.of} have ${String(problem.found)}, and Stripe takes ${String(problem.most)}.`);
    case 'idempotency_key_reused':
      return failed('The earlier request with this idempotency key asked for something else: use another key.');
  }
}

function fileText({ name, size }: NonNullable<EvidenceView['file']>): string {
  return `${name}, ${String(size)} bytes`;
}

function signedText(amount: number, currency: string): string {
  return `${amount < 0 ? '-' : ''}${amountText(Math.abs(amount), currency)}`;
}
