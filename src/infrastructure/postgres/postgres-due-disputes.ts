import { DueDisputes, type ListingTurn } from '../../application/dispute/due-disputes';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Longer than looking at one of them takes; if the process dies meanwhile, another instance takes it up after this. */
const PUT_OFF_SECONDS = 60;
/** A submission uploads its files, each within Stripe's time limit. */
const SUBMISSION_PUT_OFF_SECONDS = 120;
/** A pass over the whole list may be long; it is repeated after this when it fails. */
const LISTING_PUT_OFF_SECONDS = 300;
const LIST_EVERY_SECONDS = 900;

/** Versions stay as they are: nothing of the thing itself is changed. */
const TAKE = (table: 'disputes' | 'dispute_submissions') => `
WITH taken AS (
  UPDATE ${table} SET check_due_at = now() + make_interval(secs => $2)
  WHERE id IN (SELECT id FROM ${table} WHERE check_due_at <= now()
               ORDER BY check_due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING id
) SELECT id FROM taken`;

const TAKE_DISPUTES = TAKE('disputes');
const TAKE_SUBMISSIONS = TAKE('dispute_submissions');

const TAKE_LISTING = `
WITH taken AS (
  UPDATE dispute_listing SET due_at = now() + make_interval(secs => $1) WHERE due_at <= now()
  RETURNING complete_until AS "completeUntil", now() AS "begunAt"
) SELECT * FROM taken`;

export class PostgresDueDisputes extends DueDisputes {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override takeDisputes(limit: number): Promise<string[]> {
    return this.take(TAKE_DISPUTES, limit, PUT_OFF_SECONDS);
  }

  override takeSubmissions(limit: number): Promise<string[]> {
    return this.take(TAKE_SUBMISSIONS, limit, SUBMISSION_PUT_OFF_SECONDS);
  }

  override async takeListing(): Promise<ListingTurn | null> {
    const [turn] = await this.unitOfWork.rows<ListingTurn>(TAKE_LISTING, [LISTING_PUT_OFF_SECONDS]);
    return turn ?? null;
  }

  override async listingComplete(until: Date): Promise<void> {
    await this.unitOfWork.rows(
      'UPDATE dispute_listing SET complete_until = $1, due_at = now() + make_interval(secs => $2)',
      [until, LIST_EVERY_SECONDS],
    );
  }

  private async take(sql: string, limit: number, putOff: number): Promise<string[]> {
    const rows = await this.unitOfWork.rows<{ id: string }>(sql, [limit, putOff]);
    return rows.map(({ id }) => id);
  }
}
