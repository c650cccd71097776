import type { Provider } from '@nestjs/common';
import { ApproveRefund } from '../../src/application/refund/approve-refund';
import { RefundQueries } from '../../src/application/refund/refund-queries';
import { RejectRefund } from '../../src/application/refund/reject-refund';
import { RequestRefund } from '../../src/application/refund/request-refund';
import { WithdrawRefund } from '../../src/application/refund/withdraw-refund';
import type { RefundFakes } from '../http/support/refund-fakes';

/** What the commands about refunds ask for. */
export function refundProviders(fakes: RefundFakes): Provider[] {
  return [
    { provide: RefundQueries, useValue: fakes.queries },
    { provide: RequestRefund, useValue: fakes.request },
    { provide: ApproveRefund, useValue: fakes.approve },
    { provide: RejectRefund, useValue: fakes.reject },
    { provide: WithdrawRefund, useValue: fakes.withdraw },
  ];
}
