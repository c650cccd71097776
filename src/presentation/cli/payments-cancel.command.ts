import { createHash, randomUUID } from 'node:crypto';
import { Option, SubCommand } from 'nest-commander';
import { CancelPayment } from '../../application/payment/cancel-payment';
import type { PaymentOutcome, PaymentProblem } from '../../application/payment/payment-outcome';
import type { IdempotencyScope } from '../../application/shared/idempotency';
import { CANCELLATION_REASONS, type CancellationReason } from '../../domain/payment/attempt';
import { failed, unreachable, type CliError } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { idempotencyKeyIn, oneOf } from './option-values';
import { operatingSystemUser } from './operating-system-user';
import { Output } from './output';
import { noSuchPayment } from './payments-show.command';
import { amountText } from './payment-texts';
import { visible } from './table';

interface Options extends JsonOptions {
  readonly reason?: CancellationReason;
  readonly idempotencyKey?: string;
}

const DEFAULT_REASON: CancellationReason = 'requested_by_customer';

@SubCommand({
  name: 'cancel',
  arguments: '<id>',
  argsDescription: { id: 'the payment, pay_…' },
  description: 'end a payment that took no money, and release what it reserved',
})
export class PaymentsCancelCommand extends JsonCommand {
  constructor(
    private readonly cancelPayment: CancelPayment,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], options: Options): Promise<void> {
    const { json, reason = DEFAULT_REASON, idempotencyKey = randomUUID() } = options;
    const idempotency = scopeOf(id, reason, idempotencyKey);
    const by = idempotency.principal;
    const result = await this.cancelPayment.execute({ paymentId: id, reason, by, idempotency });
    if (!result.ok) throw refusal(result.error, id);
    if (json === true) this.output.json(result.value);
    if (result.value.kind !== 'done') throw shortfall(result.value, idempotencyKey);
    if (json !== true) this.output.text(doneText(result.value));
  }

  @Option({
    flags: '--reason <reason>',
    description: `why (default: ${DEFAULT_REASON})`,
    choices: [...CANCELLATION_REASONS],
  })
  parseReason(text: string): CancellationReason {
    return oneOf('--reason', text, CANCELLATION_REASONS);
  }

  @Option({
    flags: '--idempotency-key <key>',
    description: 'the same key repeats the same request: it is done once (default: a new one)',
  })
  parseIdempotencyKey(text: string): string {
    return idempotencyKeyIn(text);
  }
}

function scopeOf(id: string, reason: CancellationReason, key: string): IdempotencyScope {
  const fingerprint = createHash('sha256').update(JSON.stringify({ id, reason }), 'utf8').digest('hex');
  return { principal: `cli:${operatingSystemUser()}`, route: 'cli payments cancel', key, fingerprint };
}

function doneText({ payment }: Extract<PaymentOutcome, { kind: 'done' }>): string {
  const { id, status, reference } = payment;
  return `${id} is ${status}: ${amountText(payment.amount, payment.currency)} for ${visible(reference)}.`;
}

type Shortfall = Exclude<PaymentOutcome, { kind: 'done' }>;

function shortfall(outcome: Shortfall, key: string): CliError {
  const { id, status } = outcome.payment;
  switch (outcome.kind) {
    case 'declined': {
      const { code, declineCode, message } = outcome.failure;
      return failed(`Declined (${declineCode ?? code}): ${asSentence(message)} ${id} is ${status}.`);
    }
    case 'rejected':
      return failed(`Not canceled (${outcome.code}): ${asSentence(outcome.message)} ${id} is ${status}.`);
    case 'in_doubt':
      return failed(
        `Stripe's answer was lost, and whether ${id} is canceled is being found out: ` +
          `look with payments show, or ask again with --idempotency-key ${quoted(key)}.`,
      );
    case 'unreachable':
      return unreachable(
        `Stripe was not reached, so nothing happened to ${id}: try again with --idempotency-key ${quoted(key)}.`,
      );
  }
}

function refusal(problem: PaymentProblem, id: string): CliError {
  switch (problem.kind) {
    case 'payment_not_found':
      return noSuchPayment();
    case 'transition_forbidden':
      return failed(`A payment that is ${problem.status} cannot be canceled: see payments show ${id}.`);
    case 'attempt_in_progress':
      return failed(`An earlier request for ${id} is not settled yet: try again when payments show says how it ended.`);
    case 'idempotency_key_reused':
      return failed('The earlier request with this idempotency key asked for something else: use another key.');
    case 'in_progress':
      return failed('The earlier request with this idempotency key is still at work: try again in a moment.');
    default:
      return failed(`${id} cannot be canceled (${problem.kind}): see payments show ${id}.`);
  }
}

function asSentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** Ready to be pasted into a shell. */
function quoted(key: string): string {
  return /^[\w.:-]+$/.test(key) ? key : `'${key.replaceAll("'", String.raw`'\''`)}'`;
}
