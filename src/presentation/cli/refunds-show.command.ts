import { SubCommand } from 'nest-commander';
import { RefundQueries } from '../../application/refund/refund-queries';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { noSuchRefund, refundText } from './refund-request-texts';

@ReadsOnly()
@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'the refund, ref_…' },
  description: 'show a refund and all that happened to it',
})
export class RefundsShowCommand extends JsonCommand {
  constructor(
    private readonly queries: RefundQueries,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id = '']: string[], { json }: JsonOptions): Promise<void> {
    const refund = await this.queries.get(id);
    if (refund === null) throw noSuchRefund();
    const timeline = await this.queries.timeline(refund);
    if (json === true) this.output.json({ refund, timeline });
    else this.output.text(refundText(refund, timeline));
  }
}
