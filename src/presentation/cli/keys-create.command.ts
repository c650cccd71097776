import { Option, SubCommand } from 'nest-commander';
import { CreateApiKey, type CreatedApiKey } from '../../application/access/create-api-key';
import { STAFF_ROLES, type StaffRole } from '../../application/access/principal';
import { wrongUsage } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { oneOf } from './option-values';
import { Output } from './output';
import { visible } from './table';

interface Options extends JsonOptions {
  readonly name: string;
  readonly role: StaffRole;
}

@SubCommand({ name: 'create', description: 'make an API key; it is shown this once' })
export class KeysCreateCommand extends JsonCommand {
  constructor(
    private readonly createApiKey: CreateApiKey,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, name, role }: Options): Promise<void> {
    const created = await this.createApiKey.execute({ name, role });
    if (!created.ok) throw wrongUsage(created.error.reason);
    if (json === true) this.output.json(created.value);
    else this.output.text(textOf(created.value));
  }

  @Option({ flags: '--name <name>', description: 'what people know it by', required: true })
  parseName(text: string): string {
    return text;
  }

  @Option({ flags: '--role <role>', description: 'what it may do', required: true, choices: [...STAFF_ROLES] })
  parseRole(text: string): StaffRole {
    return oneOf('--role', text, STAFF_ROLES);
  }
}

function textOf({ key, clearKey }: CreatedApiKey): string {
  return `${key.id} (${visible(key.name)}, ${key.role}):\n\n  ${clearKey}\n\nKeep it now: it cannot be shown again.`;
}
