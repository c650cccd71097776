import { SubCommand } from 'nest-commander';
import { ListPaymentMethods } from '../../application/customer/list-payment-methods';
import { cardsTable } from './cards-texts';
import { notFound } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';

@ReadsOnly()
@SubCommand({
  name: 'list',
  arguments: '<customerId>',
  argsDescription: { customerId: 'the customer, cus_…' },
  description: 'list the saved payment methods of a customer, newest first',
})
export class CardsListCommand extends JsonCommand {
  constructor(
    private readonly listPaymentMethods: ListPaymentMethods,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([customerId = '']: string[], { json }: JsonOptions): Promise<void> {
    const data = await this.listPaymentMethods.execute(customerId);
    if (data === null) throw notFound('No customer has this id: see cashdesk customers list.');
    if (json === true) this.output.json({ data });
    else this.output.text(data.length > 0 ? cardsTable(data) : 'The customer has no saved payment methods.');
  }
}
