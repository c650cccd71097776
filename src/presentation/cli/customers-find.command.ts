import { Option, SubCommand } from 'nest-commander';
import { CustomerQueries, type CustomerFilter } from '../../application/customer/customer-queries';
import { customersText } from './customer-texts';
import { wrongUsage } from './exit-codes';
import { Input } from './input';
import { DEFAULT_LIMIT, subjectIn } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';

interface Options extends PageOptions {
  readonly email?: string;
  readonly subject?: string;
}

const FROM_INPUT = '-';

@ReadsOnly()
@SubCommand({ name: 'find', description: 'find customers by e-mail address, or the one with a subject' })
export class CustomersFindCommand extends PagedCommand {
  constructor(
    private readonly queries: CustomerQueries,
    private readonly input: Input,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, limit = DEFAULT_LIMIT, cursor, ...given }: Options): Promise<void> {
    const page = await this.page(this.queries.list(await this.filterIn(given), limit, cursor ?? null));
    if (json === true) this.output.json(page);
    else this.output.text(customersText(page, 'No customers match.'));
  }

  @Option({
    flags: '--email <address>',
    description: "their address; - reads it from standard input, which keeps it out of the shell's history",
  })
  parseEmail(text: string): string {
    return text;
  }

  @Option({ flags: '--subject <sub>', description: "the sub of the customer's tokens; - reads it from standard input" })
  parseSubject(text: string): string {
    return subjectIn(text);
  }

  private async filterIn({ email, subject }: Options): Promise<CustomerFilter> {
    if ((email === undefined) === (subject === undefined)) throw wrongUsage('Give either --email or --subject.');
    const given = email ?? subject ?? '';
    const text = given === FROM_INPUT ? await this.input.line() : given;
    if (text === '') throw wrongUsage('Standard input was empty: it must hold what to look for.');
    return email === undefined ? { subject: text } : { email: text };
  }
}
