import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { RefreshPayment } from '../../application/payment/refresh-payment';
import { BeginRefund } from '../../application/refund/begin-refund';
import { DriveRefund } from '../../application/refund/drive-refund';
import { RefundNotices } from '../../application/refund/refund-notices';
import { RefundSaga } from '../../application/refund/refund-saga';
import { TellCustomer } from '../../application/refund/tell-customer';
import { BeginSaga } from '../../application/saga/begin-saga';
import { PostedFacts } from '../../application/shared/posted-facts';
import { ReserveRefund } from '../../application/refund/reserve-refund';
import { RequestRefund } from '../../application/refund/request-refund';
import { ChangeRequest } from '../../application/refund/change-request';
import { ApproveRefund } from '../../application/refund/approve-refund';
import { RejectRefund } from '../../application/refund/reject-refund';
import { WithdrawRefund } from '../../application/refund/withdraw-refund';
import { CarryOutRefund } from '../../application/refund/carry-out-refund';
import { DecideRefund } from '../../application/refund/decide-refund';
import { DueRefunds } from '../../application/refund/due-refunds';
import { FindPaidPayment } from '../../application/refund/find-paid-payment';
import { PoliciesInForce } from '../../application/refund/policies-in-force';
import { QuoteRefund } from '../../application/refund/quote-refund';
import { RecordRefund } from '../../application/refund/record-refund';
import { RefreshRefunds } from '../../application/refund/refresh-refunds';
import { RefundGateway } from '../../application/refund/refund-gateway';
import { RefundStandings } from '../../application/refund/refund-standings';
import { ResumeRefund } from '../../application/refund/resume-refund';
import { SettleRefund } from '../../application/refund/settle-refund';
import { SweepRefunds } from '../../application/refund/sweep-refunds';
import { TakeOverRefunds } from '../../application/refund/take-over-refunds';
import { WithdrawUndecided } from '../../application/refund/withdraw-undecided';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { WriteOnce } from '../../application/shared/write-once';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { Disputes } from '../../domain/dispute/disputes';
import { Payments } from '../../domain/payment/payments';
import { Refunds } from '../../domain/refund/refunds';
import type { ServiceConfig } from './service-config';
import { useCase } from './use-case';

const PROVIDERS: Provider[] = [
  useCase(RecordRefund, UnitOfWork, Payments, Refunds, Clock),
  useCase(CarryOutRefund, RefundGateway, RecordRefund),
  useCase(SettleRefund, RefundGateway, RecordRefund, Clock),
  useCase(FindPaidPayment, Payments, RefreshPayment),
  useCase(TakeOverRefunds, Payments, Refunds, Identifiers, Clock),
  useCase(RefreshRefunds, UnitOfWork, Refunds, RefundGateway, FindPaidPayment, TakeOverRefunds),
  useCase(ResumeRefund, Payments, Refunds, CarryOutRefund, SettleRefund, RefreshRefunds),
  useCase(WithdrawUndecided, Refunds, RecordRefund),
  useCase(SweepRefunds, DueRefunds, ResumeRefund, WithdrawUndecided),
  useCase(DriveRefund, Refunds, DueRefunds, ResumeRefund, WithdrawUndecided),
  useCase(TellCustomer, UnitOfWork, Payments, Refunds, RefundNotices, Clock),
  useCase(RefundSaga, Refunds, DriveRefund, PostedFacts, TellCustomer, Clock),
  useCase(DecideRefund, PoliciesInForce, RefundStandings, Disputes),
  useCase(QuoteRefund, Payments, DecideRefund, Clock),
  useCase(ReserveRefund, Payments, Refunds, DecideRefund, RefundGateway, Clock),
  useCase(BeginRefund, ReserveRefund, BeginSaga),
  useCase(RequestRefund, WriteOnce, BeginRefund, CarryOutRefund, Refunds, Identifiers),
  useCase(ChangeRequest, WriteOnce, Payments, Refunds, Clock),
  useCase(ApproveRefund, ChangeRequest, PoliciesInForce, Disputes, CarryOutRefund),
  useCase(RejectRefund, ChangeRequest),
  useCase(WithdrawRefund, ChangeRequest),
];

/** The use cases of refunds. */
@Module({})
export class RefundsModule {
  static register({ refundPolicies }: ServiceConfig): DynamicModule {
    const inForce: Provider = { provide: PoliciesInForce, useValue: new PoliciesInForce(refundPolicies.policies) };
    const providers = [...PROVIDERS, inForce];
    return { module: RefundsModule, global: true, providers, exports: providers };
  }
}
