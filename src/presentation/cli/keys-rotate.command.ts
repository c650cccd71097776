import { Option, SubCommand } from 'nest-commander';
import type { CreatedApiKey } from '../../application/access/create-api-key';
import { RotateApiKey, type RotationRefusal } from '../../application/access/rotate-api-key';
import { failed, notFound, type CliError } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { durationIn } from './option-values';
import { Output } from './output';

interface Options extends JsonOptions {
  readonly overlap?: number;
}

const DEFAULT_OVERLAP = '24h';
const LONGEST_OVERLAP_DAYS = 30;

@SubCommand({
  name: 'rotate',
  arguments: '<id>',
  argsDescription: { id: 'the key, key_…' },
  description: 'give an API key a new secret; the old one stays valid for a while',
})
export class KeysRotateCommand extends JsonCommand {
  constructor(
    private readonly rotateApiKey: RotateApiKey,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json, overlap }: Options): Promise<void> {
    const rotated = await this.rotateApiKey.execute({ id, overlap: overlap ?? this.parseOverlap(DEFAULT_OVERLAP) });
    if (!rotated.ok) throw refusal(rotated.error);
    if (json === true) this.output.json(rotated.value);
    else this.output.text(textOf(rotated.value));
  }

  @Option({
    flags: '--overlap <time>',
    description: `how long the old secret stays valid: 30m, 24h, 7d, 0s for not at all (default: ${DEFAULT_OVERLAP})`,
  })
  parseOverlap(text: string): number {
    return durationIn('--overlap', text, LONGEST_OVERLAP_DAYS);
  }
}

/** The id is not repeated: somebody may have given the key itself. */
function refusal(reason: RotationRefusal): CliError {
  switch (reason) {
    case 'key_not_found':
      return notFound('No API key has this id (key_…): see cashdesk keys list.');
    case 'key_revoked':
      return failed('The key was revoked, and stays so: make another with cashdesk keys create.');
    case 'key_expired':
      return failed('The key has expired, and stays so: make another with cashdesk keys create.');
  }
}

function textOf({ key, clearKey }: CreatedApiKey): string {
  const until = key.previousUntil;
  const old = until === null ? 'The old secret has ended.' : `The old secret is valid until ${until}.`;
  return `${key.id} has a new secret:\n\n  ${clearKey}\n\nKeep it now: it cannot be shown again. ${old}`;
}
