import { Option, SubCommand } from 'nest-commander';
import { ListExpiringPaymentMethods } from '../../application/customer/list-expiring-payment-methods';
import { cardsOfAllTable } from './cards-texts';
import { wrongUsage } from './exit-codes';
import { DEFAULT_LIMIT } from './option-values';
import { Output } from './output';
import { PagedCommand, type PageOptions } from './paged-command';
import { ReadsOnly } from './reads-only';

interface Options extends PageOptions {
  readonly withinDays?: number;
}

const DEFAULT_DAYS = 60;
const MOST_DAYS = 366;

@ReadsOnly()
@SubCommand({ name: 'expiring', description: 'list the saved cards that end soon, the first to end first' })
export class CardsExpiringCommand extends PagedCommand {
  constructor(
    private readonly listExpiring: ListExpiringPaymentMethods,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, withinDays = DEFAULT_DAYS, limit = DEFAULT_LIMIT, cursor = null } = options;
    const page = await this.page(this.listExpiring.execute(withinDays, limit, cursor));
    if (json === true) {
      this.output.json(page);
      return;
    }
    const { data, nextCursor } = page;
    const more = nextCursor === null ? '' : `\n\nThere are more: add --cursor ${nextCursor}`;
    const none = `No saved card ends within ${String(withinDays)} days.`;
    this.output.text(data.length > 0 ? `${cardsOfAllTable(data)}${more}` : none);
  }

  @Option({
    flags: '--within-days <days>',
    description: `how soon, from 1 to ${String(MOST_DAYS)} days (default: ${String(DEFAULT_DAYS)})`,
  })
  parseWithinDays(text: string): number {
    if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= MOST_DAYS) return Number(text);
    throw wrongUsage(`--within-days must be a number from 1 to ${String(MOST_DAYS)}.`);
  }
}
