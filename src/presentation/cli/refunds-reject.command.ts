import { SubCommand } from 'nest-commander';
import { RejectRefund } from '../../application/refund/reject-refund';
import { DecisionCommand, type DecisionOptions } from './decision-command';
import { Output } from './output';

@SubCommand({
  name: 'reject',
  arguments: '<id>',
  argsDescription: { id: 'the refund, ref_…' },
  description: 'decide that a refund does not run',
})
export class RefundsRejectCommand extends DecisionCommand {
  constructor(
    private readonly rejectRefund: RejectRefund,
    private readonly output: Output,
  ) {
    super();
  }

  override run([id = '']: string[], options: DecisionOptions): Promise<void> {
    return this.decide('refunds reject', id, options, this.output, (change) => this.rejectRefund.execute(change));
  }
}
