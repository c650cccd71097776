import { postFact } from '../../domain/ledger/post-fact';
import { postMovement } from '../../domain/ledger/post-movement';
import type { RightOfWay } from '../shared/right-of-way';
import type { LedgerBook, Waiting } from './ledger-book';

/** Of facts and of movements, in one commit. */
const MOST = 200;

/** Posts what waits, in batches: each is posted, and waits no more, in one commit. */
export class PostLedger {
  constructor(
    private readonly book: LedgerBook,
    private readonly rightOfWay: RightOfWay,
  ) {}

  /** @returns how much was posted; nothing where another instance is at it. */
  async execute(): Promise<number> {
    for (let posted = 0; ;) {
      await this.rightOfWay.giveWay();
      const { taken, more } = (await this.book.alone(() => this.batch())) ?? { taken: 0, more: false };
      posted += taken;
      if (!more) return posted;
    }
  }

  private async batch(): Promise<{ taken: number; more: boolean }> {
    const waiting = await this.book.waiting(MOST);
    const { facts, movements } = waiting;
    const taken = facts.length + movements.length;
    if (taken > 0) await this.post(waiting);
    return { taken, more: facts.length === MOST || movements.length === MOST };
  }

  private async post(waiting: Waiting): Promise<void> {
    const { facts, movements } = waiting;
    const payments = movements.flatMap(({ original, paymentId }) =>
      original === null || paymentId === null ? [] : [paymentId],
    );
    const positions = await this.book.positionsOf([...new Set(payments)]);
    const transactions = [...facts.map(postFact), ...movements.map((each) => postMovement(each, positions))];
    await this.book.post(transactions.filter((transaction) => transaction !== null));
    await this.book.done(waiting);
  }
}
