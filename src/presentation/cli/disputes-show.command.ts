import { SubCommand } from 'nest-commander';
import { DisputeQueries } from '../../application/dispute/dispute-queries';
import { disputeText, noSuchDispute } from './dispute-texts';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'the dispute, du_…' },
  description: 'show a dispute, what was collected and what was submitted',
})
export class DisputesShowCommand extends JsonCommand {
  constructor(
    private readonly queries: DisputeQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const dispute = await this.queries.get(id);
    if (dispute === null) throw noSuchDispute(id);
    if (json === true) this.output.json(dispute);
    else this.output.text(disputeText(dispute));
  }
}
