import { SubCommand } from 'nest-commander';
import { ApproveRefund } from '../../application/refund/approve-refund';
import { DecisionCommand, type DecisionOptions } from './decision-command';
import { Output } from './output';

@SubCommand({
  name: 'approve',
  arguments: '<id>',
  argsDescription: { id: 'the refund, ref_…' },
  description: 'let a refund run that somebody else asked for',
})
export class RefundsApproveCommand extends DecisionCommand {
  constructor(
    private readonly approveRefund: ApproveRefund,
    private readonly output: Output,
  ) {
    super();
  }

  override run([id = '']: string[], options: DecisionOptions): Promise<void> {
    return this.decide('refunds approve', id, options, this.output, (change) => this.approveRefund.execute(change));
  }
}
