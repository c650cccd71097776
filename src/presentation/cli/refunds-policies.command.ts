import { SubCommand } from 'nest-commander';
import { PoliciesInForce } from '../../application/refund/policies-in-force';
import { PolicyVersions } from '../../application/refund/policy-versions';
import { notFound } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { table, type Column } from './table';

interface Line {
  readonly version: string;
  readonly firstUsedAt: string;
  readonly inForce: boolean;
}

const COLUMNS: readonly Column<Line>[] = [
  { title: 'version', value: ({ version }) => version },
  { title: 'first used', value: ({ firstUsedAt }) => firstUsedAt },
  { title: 'in force', value: ({ inForce }) => (inForce ? 'yes' : 'no') },
];

@ReadsOnly()
@SubCommand({
  name: 'policies',
  arguments: '[version]',
  argsDescription: { version: 'the one that a decision names; all that were in force when left out' },
  description: 'the refund policies that are or were in force',
})
export class RefundsPoliciesCommand extends JsonCommand {
  constructor(
    private readonly versions: PolicyVersions,
    private readonly inForce: PoliciesInForce,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([version]: string[], { json }: JsonOptions): Promise<void> {
    if (version === undefined) await this.list(json === true);
    else await this.show(version);
  }

  private async list(json: boolean): Promise<void> {
    const current = this.inForce.policies.version;
    const data = (await this.versions.list()).map(({ version, firstUsedAt }) => {
      return { version, firstUsedAt: firstUsedAt.toISOString(), inForce: version === current };
    });
    if (json) this.output.json({ data });
    else this.output.text(table(COLUMNS, data));
  }

  /** Policies are JSON for people as well. */
  private async show(version: string): Promise<void> {
    const content = await this.versions.contentOf(version);
    if (content === null) throw notFound(`No policies of version ${version} were in force: see refunds policies.`);
    this.output.json(content);
  }
}
