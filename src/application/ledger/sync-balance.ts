import { payoutFact, type SeenPayout } from '../../domain/ledger/payout';
import type { Clock } from '../shared/clock';
import type { LedgerFacts } from '../shared/ledger-facts';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { BalanceGateway, SeenMovement } from './balance-gateway';
import type { BalanceMirror } from './balance-mirror';

export interface SyncReport {
  readonly kept: number;
  readonly payouts: number;
  /** While the history is being read: how much of it is here. Null once all of it is. */
  readonly reading: number | null;
}

/** Of the history, in one round. */
const PAGES_AT_ONCE = 10;
const PAYOUTS_AT_ONCE = 20;

/** Balance transactions may appear after younger ones: this far back is read again, every so often. */
const LATE_BY = 72 * 3_600_000;
const LOOK_FOR_LATE_EVERY = 3_600_000;

/** Mirrors Stripe's balance transactions and payouts. Whatever is interrupted goes on where it was. */
export class SyncBalance {
  #lookedForLate: number | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly gateway: BalanceGateway,
    private readonly mirror: BalanceMirror,
    private readonly facts: LedgerFacts,
    private readonly clock: Clock,
  ) {}

  /** @throws GatewayUnavailable */
  async execute(): Promise<SyncReport> {
    const history = await this.mirror.history();
    const begun = history.oldest !== null || history.complete;
    const fresh = begun ? await this.newest() : await this.first();
    const old = history.complete ? 0 : await this.past();
    const late = history.complete ? await this.late() : 0;
    const payouts = await this.openPayouts();
    const { complete, movements } = await this.mirror.history();
    return { kept: fresh + old + late, payouts, reading: complete ? null : movements };
  }

  private async first(): Promise<number> {
    const { movements, hasMore } = await this.gateway.page({});
    return this.keep(movements, () => this.mirror.reached(null, movements.at(-1)?.id ?? null, !hasMore));
  }

  /** The oldest page is kept first, so that a round that ends half-way leaves no gap behind what is known. */
  private async newest(): Promise<number> {
    const pages: (readonly SeenMovement[])[] = [];
    for (let before: string | undefined; ;) {
      const { movements, hasMore } = await this.gateway.page(before === undefined ? {} : { before });
      const unknown = await this.mirror.unknown(movements.map(({ id }) => id));
      if (unknown.length > 0) pages.unshift(movements);
      before = movements.at(-1)?.id;
      if (unknown.length === 0 || !hasMore) break;
    }
    let kept = 0;
    for (const page of pages) kept += await this.keep(page);
    return kept;
  }

  private async past(): Promise<number> {
    let kept = 0;
    for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
      const { oldest, complete } = await this.mirror.history();
      if (complete || oldest === null) break;
      const { movements, hasMore } = await this.gateway.page({ before: oldest });
      const next = movements.at(-1)?.id ?? oldest;
      kept += await this.keep(movements, () => this.mirror.reached(oldest, next, !hasMore));
    }
    return kept;
  }

  private async late(): Promise<number> {
    const now = this.clock.now().getTime();
    if (this.#lookedForLate !== null && now - this.#lookedForLate < LOOK_FOR_LATE_EVERY) return 0;
    let kept = 0;
    const createdSince = new Date(now - LATE_BY);
    for (let before: string | undefined; ;) {
      const request = before === undefined ? { createdSince } : { createdSince, before };
      const { movements, hasMore } = await this.gateway.page(request);
      kept += await this.keep(movements);
      before = movements.at(-1)?.id;
      if (!hasMore) break;
    }
    this.#lookedForLate = now;
    return kept;
  }

  private async openPayouts(): Promise<number> {
    let changed = 0;
    for (const id of await this.mirror.openPayouts(PAYOUTS_AT_ONCE)) {
      const payout = await this.gateway.payout(id);
      if (payout !== null) changed += await this.unitOfWork.run(() => this.keepPayouts([payout]));
    }
    return changed;
  }

  private keep(movements: readonly SeenMovement[], within?: () => Promise<void>): Promise<number> {
    return this.unitOfWork.run(async () => {
      const kept = await this.mirror.keep(movements);
      await this.keepPayouts(movements.flatMap(({ payout }) => (payout === null ? [] : [payout])));
      await within?.();
      return kept;
    });
  }

  private async keepPayouts(payouts: readonly SeenPayout[]): Promise<number> {
    const changes = await this.mirror.keepPayouts(payouts);
    const facts = changes.map(({ payout, before }) => payoutFact(payout, before, this.clock.now()));
    await this.facts.note(facts.filter((fact) => fact !== null));
    return changes.length;
  }
}
