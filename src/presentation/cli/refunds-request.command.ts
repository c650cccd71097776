import { randomUUID } from 'node:crypto';
import { Option, SubCommand } from 'nest-commander';
import { RequestRefund } from '../../application/refund/request-refund';
import { DEFAULT_REASON } from '../../domain/refund/refund-policy';
import { commandScope } from './command-scope';
import { JsonCommand, type JsonOptions } from './json-command';
import { currencyIn, idempotencyKeyIn, minorUnitsIn } from './option-values';
import { Output } from './output';
import { doneText, refundIn } from './refund-request-texts';

interface Options extends JsonOptions {
  readonly amount?: number;
  readonly currency?: string;
  readonly reason?: string;
  readonly note?: string;
  readonly idempotencyKey?: string;
}

@SubCommand({
  name: 'request',
  arguments: '<payment>',
  argsDescription: { payment: 'the payment, pay_…' },
  description: 'give money back, at once where the limits of an admin let it',
})
export class RefundsRequestCommand extends JsonCommand {
  constructor(
    private readonly requestRefund: RequestRefund,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([paymentId = '']: string[], options: Options): Promise<void> {
    const { json, amount = null, currency = null, reason = DEFAULT_REASON, note = null } = options;
    const asked = { paymentId, amount, currency, reason, note };
    const idempotency = commandScope('refunds request', options.idempotencyKey ?? randomUUID(), asked);
    // Who has the database may do as an admin does.
    const by = { role: 'admin', by: idempotency.principal } as const;
    const refund = refundIn(await this.requestRefund.execute({ ...asked, ...by, idempotency }), paymentId);
    this.output.concerns(refund.id);
    if (json === true) this.output.json(refund);
    else this.output.text(doneText(refund));
  }

  @Option({ flags: '--amount <minor units>', description: 'how much (default: all that comes back)' })
  parseAmount(text: string): number {
    return minorUnitsIn('--amount', text);
  }

  @Option({ flags: '--currency <code>', description: "of the amount, to be sure (default: the payment's)" })
  parseCurrency(text: string): string {
    return currencyIn(text);
  }

  @Option({ flags: '--reason <reason>', description: `why (default: ${DEFAULT_REASON})` })
  parseReason(text: string): string {
    return text;
  }

  @Option({ flags: '--note <text>', description: 'for staff' })
  parseNote(text: string): string {
    return text;
  }

  @Option({
    flags: '--idempotency-key <key>',
    description: 'the same key asks for the same refund (default: a new one)',
  })
  parseIdempotencyKey(text: string): string {
    return idempotencyKeyIn(text);
  }
}
