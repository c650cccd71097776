import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { BeginSubmission } from '../../application/dispute/begin-submission';
import { CarryOutSubmission } from '../../application/dispute/carry-out-submission';
import { DisputeGateway } from '../../application/dispute/dispute-gateway';
import { DueDisputes } from '../../application/dispute/due-disputes';
import { FindDisputes } from '../../application/dispute/find-disputes';
import { RecordDispute } from '../../application/dispute/record-dispute';
import { RecordSubmission } from '../../application/dispute/record-submission';
import { RefreshDispute } from '../../application/dispute/refresh-dispute';
import { RemindOfDispute } from '../../application/dispute/remind-of-dispute';
import { SaveEvidence } from '../../application/dispute/save-evidence';
import { SubmissionBooks } from '../../application/dispute/submission-books';
import { SubmitEvidence } from '../../application/dispute/submit-evidence';
import { SweepDisputes } from '../../application/dispute/sweep-disputes';
import { UploadEvidence } from '../../application/dispute/upload-evidence';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { LedgerFacts } from '../../application/shared/ledger-facts';
import { UnitOfWork } from '../../application/shared/unit-of-work';
import { WriteOnce } from '../../application/shared/write-once';
import { Disputes } from '../../domain/dispute/disputes';
import { EvidenceDrafts } from '../../domain/dispute/evidence-drafts';
import { Submissions } from '../../domain/dispute/submissions';
import { Payments } from '../../domain/payment/payments';
import { useCase } from './use-case';

const PROVIDERS: Provider[] = [
  useCase(RecordDispute, UnitOfWork, Disputes, Payments, LedgerFacts, Clock),
  useCase(RefreshDispute, Disputes, DisputeGateway, RecordDispute),
  useCase(RemindOfDispute, UnitOfWork, Disputes, Clock),
  useCase(FindDisputes, DueDisputes, DisputeGateway, Disputes, RefreshDispute),
  useCase(SubmissionBooks, Disputes, Submissions, EvidenceDrafts),
  useCase(SaveEvidence, WriteOnce, SubmissionBooks, Identifiers, Clock),
  useCase(BeginSubmission, WriteOnce, SubmissionBooks, Identifiers, Clock),
  useCase(UploadEvidence, UnitOfWork, EvidenceDrafts, DisputeGateway),
  useCase(RecordSubmission, UnitOfWork, Disputes, Submissions, EvidenceDrafts, Clock),
  useCase(CarryOutSubmission, Disputes, DisputeGateway, UploadEvidence, RecordSubmission, Clock),
  useCase(SubmitEvidence, BeginSubmission, CarryOutSubmission),
  useCase(SweepDisputes, DueDisputes, CarryOutSubmission, RefreshDispute, RemindOfDispute, FindDisputes),
];

/** The use cases of disputes. */
@Module({})
export class DisputesModule {
  static register(): DynamicModule {
    return { module: DisputesModule, global: true, providers: PROVIDERS, exports: PROVIDERS };
  }
}
