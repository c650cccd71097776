import { PostedFacts, type FactsOf } from '../../application/shared/posted-facts';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** A fact goes into the ledger and stops waiting in one commit, so that it stands in exactly one of the two. */
const FACTS = `
SELECT (SELECT coalesce(array_agg(kind), '{}') FROM ledger_facts WHERE subject = $1) AS waiting,
  (SELECT coalesce(array_agg(kind), '{}') FROM ledger_transactions WHERE subject = $1) AS posted`;

export class PostgresPostedFacts extends PostedFacts {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async of(subject: string): Promise<FactsOf> {
    const [facts] = await this.unitOfWork.rows<FactsOf>(FACTS, [subject]);
    return facts ?? { waiting: [], posted: [] };
  }
}
