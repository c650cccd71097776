import { Option, SubCommand } from 'nest-commander';
import type { RefundVerdict } from '../../application/refund/decide-refund';
import { QuoteRefund } from '../../application/refund/quote-refund';
import { REFUND_ROLES, type RefundRole } from '../../domain/refund/refund-limits';
import { DEFAULT_REASON } from '../../domain/refund/refund-policy';
import { JsonCommand, type JsonOptions } from './json-command';
import { currencyIn, minorUnitsIn, oneOf } from './option-values';
import { operatingSystemUser } from './operating-system-user';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { quoteText, refundRefused } from './refund-texts';

interface Options extends JsonOptions {
  readonly amount?: number;
  readonly currency?: string;
  readonly reason?: string;
  readonly role?: RefundRole;
}

/** Who has the database may do as an admin does. */
const DEFAULT_ROLE: RefundRole = 'admin';

@ReadsOnly()
@SubCommand({
  name: 'quote',
  arguments: '<payment>',
  argsDescription: { payment: 'the payment, pay_…' },
  description: 'what would come back of a payment, and by which rule; nothing is stored',
})
export class RefundsQuoteCommand extends JsonCommand {
  constructor(
    private readonly quoteRefund: QuoteRefund,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([paymentId = '']: string[], options: Options): Promise<void> {
    const { json, amount = null, currency = null, reason = DEFAULT_REASON, role = DEFAULT_ROLE } = options;
    const by = `cli:${operatingSystemUser()}`;
    const result = await this.quoteRefund.execute({ paymentId, amount, currency, reason, role, by });
    if (!result.ok) throw refundRefused(result.error, paymentId);
    this.show(paymentId, result.value, json === true);
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

  @Option({
    flags: '--role <role>',
    description: `for whose limits and reasons (default: ${DEFAULT_ROLE})`,
    choices: [...REFUND_ROLES],
  })
  parseRole(text: string): RefundRole {
    return oneOf('--role', text, REFUND_ROLES);
  }

  private show(paymentId: string, verdict: RefundVerdict, json: boolean): void {
    if (json) this.output.json({ paymentId, ...verdict });
    else this.output.text(quoteText(paymentId, verdict));
  }
}
