import { In, type EntityManager } from 'typeorm';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Submission } from '../../domain/dispute/submission';
import { Submissions } from '../../domain/dispute/submissions';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { fromRow, SubmissionRow, toRow } from './submission-row';

export class PostgresSubmissions extends Submissions {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
  ) {
    super();
  }

  override find(id: string): Promise<Submission | null> {
    return this.one({ where: { id } });
  }

  override lock(id: string): Promise<Submission | null> {
    return this.one({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  override openOf(disputeId: string): Promise<Submission | null> {
    return this.one({ where: { disputeId, state: In(['sending', 'unknown']) } });
  }

  override async add(submission: Submission): Promise<void> {
    const { account: stripeAccount, livemode } = this.binding.current();
    await this.manager.insert(SubmissionRow, { ...toRow(submission), stripeAccount, livemode });
  }

  override async save(submission: Submission): Promise<void> {
    const { version, ...columns } = toRow(submission);
    const { id } = submission;
    const changed = await this.manager.update(SubmissionRow, { id, version }, { ...columns, version: version + 1 });
    if (changed.affected !== 1) throw new Error(`submission ${id} was changed by another writer`);
    submission.stored(version + 1);
  }

  private get manager(): EntityManager {
    return this.unitOfWork.manager;
  }

  private async one(options: Parameters<EntityManager['findOne']>[1]): Promise<Submission | null> {
    const row = (await this.manager.findOne(SubmissionRow, options)) as SubmissionRow | null;
    return row === null ? null : fromRow(row);
  }
}
