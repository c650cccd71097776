import { SubCommand } from 'nest-commander';
import { RevokeApiKey } from '../../application/access/revoke-api-key';
import { notFound } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';

@SubCommand({
  name: 'revoke',
  arguments: '<id>',
  argsDescription: { id: 'the key, key_…' },
  description: 'end an API key at once and for good',
})
export class KeysRevokeCommand extends JsonCommand {
  constructor(
    private readonly revokeApiKey: RevokeApiKey,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const outcome = await this.revokeApiKey.execute(id);
    // Not repeated: somebody may have given the key itself.
    if (outcome === 'key_not_found') throw notFound('No API key has this id (key_…): see cashdesk keys list.');
    if (json === true) this.output.json({ id, outcome });
    else this.output.text(outcome === 'revoked' ? `Revoked ${id}.` : `${id} was revoked before.`);
  }
}
