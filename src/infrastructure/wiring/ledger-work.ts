import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { BalanceWake } from '../../application/ledger/balance-wake';
import type { PostLedger } from '../../application/ledger/post-ledger';
import type { SyncBalance } from '../../application/ledger/sync-balance';
import { PeriodicLoop } from '../queue/periodic-loop';
import { withRequestId } from '../telemetry/logging';
import type { Troubles } from './troubles';

const POST_EVERY = 1_000;

/** Events come in crowds, and the history of a balance is long: one look is enough for many of them. */
const NUDGED_AFTER = 1_000;

/** Keeps the ledger up with what happened, and with Stripe's balance. */
export class LedgerWork implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ledger');
  private readonly posting: PeriodicLoop;
  private readonly mirroring: PeriodicLoop;
  #isReading = false;

  constructor(
    private readonly syncBalance: SyncBalance,
    private readonly postLedger: PostLedger,
    wake: BalanceWake,
    private readonly troubles: Troubles,
    pollEvery: number,
  ) {
    this.posting = this.loop('posting', () => this.post(), [POST_EVERY, 0]);
    const nudged = Math.min(NUDGED_AFTER, pollEvery);
    this.mirroring = this.loop('mirroring the balance', () => this.mirror(), [pollEvery, nudged]);
    wake.onWake(() => {
      this.mirroring.nudge();
    });
  }

  onApplicationBootstrap(): void {
    this.posting.start();
    this.mirroring.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.posting.stop(), this.mirroring.stop()]);
  }

  private async post(): Promise<void> {
    const posted = await this.postLedger.execute();
    if (posted > 0) this.logger.log({ msg: 'posted', posted });
  }

  private async mirror(): Promise<void> {
    const { kept, payouts, reading } = await this.syncBalance.execute();
    if (kept + payouts > 0) this.logger.log({ msg: 'balance mirrored', movements: kept, payouts });
    if (reading !== null) this.logger.log({ msg: 'reading the history of the balance', movements: reading });
    else if (this.#isReading) this.logger.log({ msg: 'the history of the balance is here' });
    this.#isReading = reading !== null;
    if (this.#isReading) this.mirroring.nudge();
    else if (kept > 0) this.posting.nudge();
  }

  private loop(what: string, work: () => Promise<void>, [pause, whenNudged]: [number, number]): PeriodicLoop {
    const watch = this.troubles.ofLoop(what);
    const traced = (): Promise<void> => withRequestId(`ledger_${String(Date.now())}`, () => watch.over(work));
    return new PeriodicLoop(traced, pause, watch.failed, whenNudged);
  }
}
