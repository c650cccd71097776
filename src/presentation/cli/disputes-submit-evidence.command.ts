import { createHash, randomUUID } from 'node:crypto';
import { Option, SubCommand } from 'nest-commander';
import { SaveEvidence, type EvidenceChange } from '../../application/dispute/save-evidence';
import { SubmitEvidence } from '../../application/dispute/submit-evidence';
import type { Submission } from '../../domain/dispute/submission';
import { evidenceRefused } from './dispute-texts';
import { failed } from './exit-codes';
import { fieldIn, fileIn, textsIn } from './given-evidence';
import { Input } from './input';
import { JsonCommand, type JsonOptions } from './json-command';
import { operatingSystemUser } from './operating-system-user';
import { idempotencyKeyIn } from './option-values';
import { Output } from './output';

/** Read only when the command runs: what they say must not get into the trail of what was asked. */
interface Options extends JsonOptions {
  readonly field?: readonly string[];
  readonly from?: string;
  readonly file?: readonly string[];
  readonly yes?: true;
  readonly idempotencyKey?: string;
}

@SubCommand({
  name: 'submit-evidence',
  arguments: '<id>',
  argsDescription: { id: 'the dispute, du_…' },
  description: 'submit what was collected and what is given here, for good: most banks take evidence once',
})
export class DisputesSubmitEvidenceCommand extends JsonCommand {
  constructor(
    private readonly saveEvidence: SaveEvidence,
    private readonly submitEvidence: SubmitEvidence,
    private readonly input: Input,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([disputeId = '']: string[], options: Options): Promise<void> {
    const changes = changesIn(options);
    if (options.yes !== true) await this.confirm(disputeId);
    if (changes.length > 0) {
      const saved = await this.saveEvidence.execute({ disputeId, changes, idempotency: null });
      if (!saved.ok) throw evidenceRefused(saved.error, disputeId);
    }
    const { idempotencyKey: key = randomUUID() } = options;
    const actor = `cli:${operatingSystemUser()}`;
    const fingerprint = createHash('sha256').update(disputeId, 'utf8').digest('hex');
    const idempotency = { principal: actor, route: 'cli disputes submit-evidence', key, fingerprint };
    const result = await this.submitEvidence.execute({ disputeId, idempotency, actor });
    if (!result.ok) throw evidenceRefused(result.error, disputeId);
    this.show(result.value, options.json === true);
  }

  @Option({ flags: '--field <name=value>', description: 'a text, by the name that Stripe has for it; may be repeated' })
  parseField(text: string, before: readonly string[] = []): readonly string[] {
    return [...before, text];
  }

  @Option({ flags: '--from <path>', description: 'a JSON file with texts by their names' })
  parseFrom(text: string): string {
    return text;
  }

  @Option({
    flags: '--file <name=path>',
    description: 'a PDF, JPEG or PNG file, by its name at Stripe; may be repeated',
  })
  parseFile(text: string, before: readonly string[] = []): readonly string[] {
    return [...before, text];
  }

  @Option({ flags: '--yes', description: 'submit without asking' })
  parseYes(): true {
    return true;
  }

  @Option({
    flags: '--idempotency-key <key>',
    description: 'the same key repeats the same request: it is done once (default: a new one)',
  })
  parseIdempotencyKey(text: string): string {
    return idempotencyKeyIn(text);
  }

  private async confirm(disputeId: string): Promise<void> {
    this.output.progress(`Evidence of ${disputeId} can be submitted once. Write yes to submit it:`);
    if ((await this.input.line()) !== 'yes') throw failed('Nothing was submitted.');
  }

  private show(submission: Submission, asJson: boolean): void {
    const { id, disputeId, state, failure } = submission.snapshot();
    if (asJson) this.output.json({ id, dispute: disputeId, state, failure });
    if (state === 'not_submitted') {
      throw failed(
        `Nothing was submitted (${failure?.code ?? 'unknown'}); it is a draft again: disputes show ${disputeId}.`,
      );
    }
    if (asJson) return;
    const text =
      state === 'submitted'
        ? `Stripe has the evidence of ${disputeId}.`
        : `The evidence of ${disputeId} is on its way: see disputes show ${disputeId}.`;
    this.output.text(text);
  }
}

function changesIn({ field = [], from, file = [] }: Options): EvidenceChange[] {
  return [...(from === undefined ? [] : textsIn(from)), ...field.map(fieldIn), ...file.map(fileIn)];
}
