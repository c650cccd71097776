import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { FollowSetup } from '../../application/customer/follow-setup';
import { LinkCustomer } from '../../application/customer/link-customer';
import { RecordSetup } from '../../application/customer/record-setup';
import { SettleSetupByPerson } from '../../application/customer/settle-setup-by-person';
import { SetupGateway } from '../../application/customer/setup-gateway';
import { CarryOutSubmission } from '../../application/dispute/carry-out-submission';
import { DisputeGateway } from '../../application/dispute/dispute-gateway';
import { RecordSubmission } from '../../application/dispute/record-submission';
import { SettleSubmissionByPerson } from '../../application/dispute/settle-submission-by-person';
import { CloseAttention } from '../../application/payment/close-attention';
import { PaymentGateway } from '../../application/payment/payment-gateway';
import { RecordFinding } from '../../application/payment/record-finding';
import { RefreshPayment } from '../../application/payment/refresh-payment';
import { ResumeAttempt } from '../../application/payment/resume-attempt';
import { SettleAttemptByPerson } from '../../application/payment/settle-by-person';
import { RecoveryNotes } from '../../application/recovery/recovery-notes';
import { RecoveryQueries } from '../../application/recovery/recovery-queries';
import { Lookers, RetryRecovery } from '../../application/recovery/retry-recovery';
import { SettleRecovery, Settlers } from '../../application/recovery/settle-recovery';
import { RecordRefund } from '../../application/refund/record-refund';
import { RefundGateway } from '../../application/refund/refund-gateway';
import { ResumeRefund } from '../../application/refund/resume-refund';
import { SettleRefundByPerson } from '../../application/refund/settle-refund-by-person';
import { Cipher } from '../../application/shared/cipher';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { StripeBinding } from '../../application/shared/stripe-binding';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { Setups } from '../../domain/customer/setups';
import { Disputes } from '../../domain/dispute/disputes';
import { Submissions } from '../../domain/dispute/submissions';
import { Payments } from '../../domain/payment/payments';
import { Refunds } from '../../domain/refund/refunds';
import { PostgresRecoveryNotes } from '../postgres/postgres-recovery-notes';
import { PostgresRecoveryQueries } from '../postgres/postgres-recovery-queries';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import { adapter, useCase } from './use-case';

const PROVIDERS: Provider[] = [
  adapter(RecoveryQueries, PostgresRecoveryQueries, PostgresUnitOfWork, Cipher),
  adapter(RecoveryNotes, PostgresRecoveryNotes, PostgresUnitOfWork, StripeBinding, Cipher, Identifiers),
  useCase(SettleAttemptByPerson, Payments, PaymentGateway, RecordFinding, Clock),
  useCase(CloseAttention, UnitOfWork, Payments, Clock),
  useCase(SettleRefundByPerson, Payments, Refunds, RefundGateway, RecordRefund, Clock),
  useCase(SettleSetupByPerson, Setups, SetupGateway, RecordSetup, Clock),
  useCase(SettleSubmissionByPerson, Disputes, Submissions, DisputeGateway, RecordSubmission, Clock),
  useCase(
    Settlers,
    SettleAttemptByPerson,
    CloseAttention,
    SettleRefundByPerson,
    SettleSetupByPerson,
    SettleSubmissionByPerson,
  ),
  useCase(SettleRecovery, Settlers, RecoveryNotes),
  useCase(Lookers, ResumeAttempt, RefreshPayment, ResumeRefund, CarryOutSubmission, LinkCustomer),
  useCase(RetryRecovery, RecoveryQueries, Lookers, FollowSetup, Payments, Setups),
];

/** What a person does about what is in doubt, or listed. */
@Module({})
export class RecoveryModule {
  static register(): DynamicModule {
    return { module: RecoveryModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}
