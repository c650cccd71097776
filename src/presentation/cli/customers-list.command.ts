import { SubCommand } from 'nest-commander';
import { CustomerQueries } from '../../application/customer/customer-queries';
import { customersText } from './customer-texts';
import { DEFAULT_LIMIT } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list customers, newest first' })
export class CustomersListCommand extends PagedCommand {
  constructor(
    private readonly queries: CustomerQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, limit = DEFAULT_LIMIT, cursor }: PageOptions): Promise<void> {
    const page = await this.page(this.queries.list({}, limit, cursor ?? null));
    if (json === true) this.output.json(page);
    else
      this.output.text(
        customersText(page, cursor === undefined ? 'There are no customers yet.' : 'There are no more.'),
      );
  }
}
