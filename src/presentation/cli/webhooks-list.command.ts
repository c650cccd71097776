import { Option, SubCommand } from 'nest-commander';
import { WebhookInbox, type WebhookFilter, type WebhookView } from '../../application/webhook/webhook-inbox';
import { JsonCommand, type JsonOptions } from './json-command';
import { DEFAULT_LIMIT, LIMIT_OPTION, limitIn, oneOf } from './option-values';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { table, type Column } from './table';

export const WEBHOOK_STATUSES = ['received', 'processed', 'ignored', 'set_aside'] as const;

const COLUMNS: readonly Column<WebhookView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'type', value: ({ type }) => type },
  { title: 'status', value: ({ status }) => status },
  { title: 'payment', value: ({ paymentId }) => paymentId },
  { title: 'came', value: ({ came }) => came },
  { title: 'deliveries', value: ({ deliveries }) => String(deliveries), align: 'right' },
  { title: 'received', value: ({ receivedAt }) => receivedAt },
  { title: 'note', value: ({ note }) => note },
];

interface Options extends JsonOptions, Pick<WebhookFilter, 'status' | 'type'> {
  readonly payment?: string;
  readonly limit?: number;
}

@ReadsOnly()
@SubCommand({ name: 'list', description: 'list events, newest first' })
export class WebhooksListCommand extends JsonCommand {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: Options): Promise<void> {
    const { json, limit = DEFAULT_LIMIT, payment, ...others } = options;
    const filter = { ...others, ...(payment === undefined ? {} : { paymentId: payment }) };
    const data = await this.inbox.list(filter, limit);
    if (json === true) this.output.json({ data });
    else if (data.length > 0) this.output.text(table(COLUMNS, data));
    else this.output.text(Object.keys(filter).length > 0 ? 'No events match.' : 'There are no events yet.');
  }

  @Option({ flags: '--status <status>', description: 'only those in this status', choices: [...WEBHOOK_STATUSES] })
  parseStatus(text: string): (typeof WEBHOOK_STATUSES)[number] {
    return oneOf('--status', text, WEBHOOK_STATUSES);
  }

  @Option({ flags: '--type <type>', description: 'only those of this type, such as payment_intent.succeeded' })
  parseType(text: string): string {
    return text;
  }

  @Option({ flags: '--payment <id>', description: 'only those of this payment' })
  parsePayment(text: string): string {
    return text;
  }

  @Option(LIMIT_OPTION)
  parseLimit(text: string): number {
    return limitIn(text);
  }
}
