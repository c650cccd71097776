import { SubCommand } from 'nest-commander';
import { CustomerQueries } from '../../application/customer/customer-queries';
import { customerText } from './customer-texts';
import { notFound } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'the customer, cus_…' },
  description: 'show a customer and how it stands at Stripe',
})
export class CustomersShowCommand extends JsonCommand {
  constructor(
    private readonly queries: CustomerQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const customer = await this.queries.get(id);
    if (customer === null) throw notFound(`No customer has the id ${id}: see cashdesk customers list.`);
    if (json === true) this.output.json(customer);
    else this.output.text(customerText(customer));
  }
}
