import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { WebhooksListCommand } from './webhooks-list.command';
import { WebhooksShowCommand } from './webhooks-show.command';

@Command({
  name: 'webhooks',
  description: "look at Stripe's events and what became of them",
  subCommands: [WebhooksListCommand, WebhooksShowCommand],
})
export class WebhooksCommand extends CommandGroup {}
