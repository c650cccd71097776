import { SubCommand } from 'nest-commander';
import { PaymentQueries } from '../../application/payment/payment-queries';
import { JsonCommand, type JsonOptions } from './json-command';
import { notFound, type CliError } from './exit-codes';
import { Output } from './output';
import { paymentText, timelineTable } from './payment-texts';
import { ReadsOnly } from './reads-only';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'the payment, pay_…' },
  description: 'show a payment and all that happened to it',
})
export class PaymentsShowCommand extends JsonCommand {
  constructor(
    private readonly queries: PaymentQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const payment = await this.queries.get(id);
    if (payment === null) throw noSuchPayment();
    const timeline = await this.queries.timeline(id);
    if (json === true) this.output.json({ payment, timeline });
    else this.output.text(`${paymentText(payment)}\n\n${timelineTable(timeline)}`);
  }
}

export function noSuchPayment(): CliError {
  return notFound('No payment has this id (pay_…): see cashdesk payments list.');
}
