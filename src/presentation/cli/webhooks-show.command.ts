import { SubCommand } from 'nest-commander';
import { WebhookInbox, type WebhookView } from '../../application/webhook/webhook-inbox';
import { notFound } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { properties } from './table';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'the event, evt_…' },
  description: 'show an event and what became of it',
})
export class WebhooksShowCommand extends JsonCommand {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const event = await this.inbox.show(id);
    if (event === null) throw notFound('No event has this id (evt_…): see cashdesk webhooks list.');
    if (json === true) this.output.json(event);
    else this.output.text(textOf(event));
  }
}

function textOf(event: WebhookView): string {
  return properties([
    ['Event', event.id],
    ['Type', event.type],
    ['Status', event.status],
    ['Note', event.note],
    ['Payment', event.paymentId],
    ['Object', event.objectId],
    ['API version', event.apiVersion],
    ['Came', event.came],
    ['Deliveries', String(event.deliveries)],
    ['Created', event.createdAt],
    ['Received', event.receivedAt],
    ['Processed', event.processedAt],
  ]);
}
