import { Command } from 'nest-commander';
import { CommandGroup } from './command-group';
import { WebhooksListCommand } from './webhooks-list.command';
import { WebhooksReplayCommand } from './webhooks-replay.command';
import { WebhooksShowCommand } from './webhooks-show.command';

@Command({
  name: 'webhooks',
  description: "look at Stripe's events and what became of them, or replay them",
  subCommands: [WebhooksListCommand, WebhooksShowCommand, WebhooksReplayCommand],
})
export class WebhooksCommand extends CommandGroup {}
