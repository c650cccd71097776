import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { RefreshPayment } from '../../application/payment/refresh-payment';
import { CarryOutRefund } from '../../application/refund/carry-out-refund';
import { DueRefunds } from '../../application/refund/due-refunds';
import { FindPaidPayment } from '../../application/refund/find-paid-payment';
import { RecordRefund } from '../../application/refund/record-refund';
import { RefreshRefunds } from '../../application/refund/refresh-refunds';
import { RefundGateway } from '../../application/refund/refund-gateway';
import { ResumeRefund } from '../../application/refund/resume-refund';
import { SettleRefund } from '../../application/refund/settle-refund';
import { SweepRefunds } from '../../application/refund/sweep-refunds';
import { TakeOverRefunds } from '../../application/refund/take-over-refunds';
import { WithdrawUndecided } from '../../application/refund/withdraw-undecided';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { Payments } from '../../domain/payment/payments';
import { Refunds } from '../../domain/refund/refunds';
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
];

/** The use cases of refunds. */
@Module({})
export class RefundsModule {
  static register(): DynamicModule {
    return { module: RefundsModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}
