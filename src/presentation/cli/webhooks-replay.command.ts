import { Option, SubCommand } from 'nest-commander';
import { GatewayUnavailable } from '../../application/shared/gateway-unavailable';
import { PreviewReplay, type ReplayPreview } from '../../application/webhook/preview-replay';
import { ReplayWebhooks } from '../../application/webhook/replay-webhooks';
import type { ReplaySelection } from '../../application/webhook/webhook-replays';
import { notFound, unreachable, wrongUsage, type CliError } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { oneOf, timeIn } from './option-values';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { eventsText, previewText, summaryText } from './replay-texts';
import { WEBHOOK_STATUSES } from './webhooks-list.command';

interface Options extends JsonOptions, Pick<ReplaySelection, 'from' | 'to' | 'type' | 'status'> {
  readonly payment?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

@ReadsOnly('dryRun')
@SubCommand({
  name: 'replay',
  arguments: '[ids...]',
  argsDescription: { ids: 'events, evt_…; or say by the options which' },
  description: 'have events worked on again, by what Stripe shows now',
})
export class WebhooksReplayCommand extends JsonCommand {
  constructor(
    private readonly replayWebhooks: ReplayWebhooks,
    private readonly previewReplay: PreviewReplay,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(ids: string[], { json = false, dryRun, all, payment, ...others }: Options): Promise<void> {
    const filter = { ...others, ...(payment === undefined ? {} : { paymentId: payment }) };
    const isFiltered = Object.keys(filter).length > 0;
    if ((ids.length > 0 ? 1 : 0) + (isFiltered ? 1 : 0) + (all === true ? 1 : 0) !== 1) {
      throw wrongUsage('Say which: ids of events, or some of --from, --to, --type, --status and --payment, or --all.');
    }
    const selection = ids.length > 0 ? { ids: [...new Set(ids)] } : filter;
    if (dryRun === true) await this.preview(selection, json);
    else await this.replay(selection, json);
  }

  private async replay(selection: ReplaySelection, json: boolean): Promise<void> {
    const replayed = await this.replayWebhooks.execute(selection, (progress) => {
      if (selection.ids === undefined) {
        this.output.progress(`${String(progress.replayed)} queued again, received up to ${progress.upTo}`);
      }
    });
    assertFound(selection, replayed);
    if (json) this.output.json({ replayed });
    else if (replayed === 0) this.output.text('No events match.');
    else this.output.text(`${eventsText(replayed)} queued again. What becomes of them: cashdesk webhooks list.`);
  }

  private async preview(selection: ReplaySelection, json: boolean): Promise<void> {
    const data: ReplayPreview[] = [];
    try {
      for await (const preview of this.previewReplay.execute(selection)) {
        data.push({ ...preview, changes: json ? preview.changes : [] });
        if (!json) this.output.text(previewText(preview));
      }
    } catch (error) {
      if (!(error instanceof GatewayUnavailable)) throw error;
      throw stoppedBy(error, data);
    }
    assertFound(selection, data.flatMap(({ events }) => events).length);
    if (json) this.output.json({ data });
    else this.output.text(data.length === 0 ? 'No events match.' : `\n${summaryText(data)}`);
  }

  @Option({ flags: '--from <time>', description: 'those received from then on, such as 2026-12-31T23:00:00Z' })
  parseFrom(text: string): Date {
    return timeIn('--from', text);
  }

  @Option({ flags: '--to <time>', description: 'those received before then' })
  parseTo(text: string): Date {
    return timeIn('--to', text);
  }

  @Option({ flags: '--type <type>', description: 'those of this type, such as charge.refunded' })
  parseType(text: string): string {
    return text;
  }

  @Option({ flags: '--status <status>', description: 'those in this status', choices: [...WEBHOOK_STATUSES] })
  parseStatus(text: string): (typeof WEBHOOK_STATUSES)[number] {
    return oneOf('--status', text, WEBHOOK_STATUSES);
  }

  @Option({ flags: '--payment <id>', description: 'those of this payment' })
  parsePayment(text: string): string {
    return text;
  }

  @Option({ flags: '--all', description: 'all that were ever received' })
  parseAll(): boolean {
    return true;
  }

  @Option({ flags: '--dry-run', description: 'print what would change, and change nothing' })
  parseDryRun(): boolean {
    return true;
  }
}

/** Whoever names events wants these. */
function assertFound({ ids }: ReplaySelection, found: number): void {
  if (ids === undefined || found === ids.length) return;
  const [only = ''] = ids;
  const none = ids.length === 1 ? `No event has the id ${only} (evt_…)` : "None of these ids is an event's (evt_…)";
  const some = `${String(ids.length - found)} of these ids are no event's (evt_…), the others were taken`;
  throw notFound(`${found === 0 ? none : some}: see cashdesk webhooks list.`);
}

function stoppedBy({ message }: GatewayUnavailable, done: readonly ReplayPreview[]): CliError {
  const last = done.at(-1)?.events.at(-1)?.receivedAt;
  const on = last === undefined ? 'Try again.' : `Go on with --from ${last}.`;
  return unreachable(`Stripe could not be asked: ${message.replace(/\.$/, '')}. Nothing was changed. ${on}`);
}
