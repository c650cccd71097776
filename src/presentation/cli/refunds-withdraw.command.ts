import { SubCommand } from 'nest-commander';
import { WithdrawRefund } from '../../application/refund/withdraw-refund';
import { DecisionCommand, type DecisionOptions } from './decision-command';
import { Output } from './output';

@SubCommand({
  name: 'withdraw',
  arguments: '<id>',
  argsDescription: { id: 'the refund, ref_…' },
  description: 'take back a refund that is not at Stripe',
})
export class RefundsWithdrawCommand extends DecisionCommand {
  constructor(
    private readonly withdrawRefund: WithdrawRefund,
    private readonly output: Output,
  ) {
    super();
  }

  override run([id = '']: string[], options: DecisionOptions): Promise<void> {
    return this.decide('refunds withdraw', id, options, this.output, (change) => this.withdrawRefund.execute(change));
  }
}
