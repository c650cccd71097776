import { Option, SubCommand } from 'nest-commander';
import { CreateApiKey, type CreatedApiKey } from '../../application/access/create-api-key';
import { STAFF_ROLES, type StaffRole } from '../../application/access/principal';
import { SCOPES, type Scope } from '../../application/access/scopes';
import { wrongUsage } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { durationIn, oneOf } from './option-values';
import { Output } from './output';
import { visible } from './table';

interface Options extends JsonOptions {
  readonly name: string;
  readonly role: StaffRole;
  readonly scopes?: readonly Scope[];
  readonly expiresIn?: number;
}

const LONGEST_LIFE_DAYS = 3_650;

@SubCommand({ name: 'create', description: 'make an API key; it is shown this once' })
export class KeysCreateCommand extends JsonCommand {
  constructor(
    private readonly createApiKey: CreateApiKey,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, name, role, scopes, expiresIn }: Options): Promise<void> {
    const created = await this.createApiKey.execute({ name, role, scopes, lifetime: expiresIn });
    if (!created.ok) throw wrongUsage(created.error.reason);
    this.output.concerns(created.value.key.id);
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

  @Option({
    flags: '--scopes <scopes>',
    description: `narrow it to these, with commas: ${SCOPES.join(', ')} (default: all that its role may)`,
  })
  parseScopes(text: string): Scope[] {
    return text.split(',').map((scope) => oneOf('--scopes', scope.trim(), SCOPES));
  }

  @Option({ flags: '--expires-in <time>', description: 'end it by itself after 30m, 24h, 90d (default: never)' })
  parseExpiresIn(text: string): number {
    const lifetime = durationIn('--expires-in', text, LONGEST_LIFE_DAYS);
    if (lifetime === 0) throw wrongUsage('--expires-in must be more than nothing, such as 24h.');
    return lifetime;
  }
}

function textOf({ key, clearKey }: CreatedApiKey): string {
  const facts = [visible(key.name), key.role, ...(key.scopes ?? [])];
  if (key.expiresAt !== null) facts.push(`until ${key.expiresAt}`);
  return `${key.id} (${facts.join(', ')}):\n\n  ${clearKey}\n\nKeep it now: it cannot be shown again.`;
}
