import type { Disputes } from '../../domain/dispute/disputes';
import type { DisputeGateway } from './dispute-gateway';
import type { DueDisputes } from './due-disputes';
import type { RefreshDispute } from './refresh-dispute';

/** Clocks differ, and a list may lag a little behind. */
const OVERLAP = 3_600_000;

/** Finds disputes whose webhooks were all lost, in Stripe's own list: at the first time all that there are. */
export class FindDisputes {
  constructor(
    private readonly due: DueDisputes,
    private readonly gateway: DisputeGateway,
    private readonly disputes: Disputes,
    private readonly refresh: RefreshDispute,
  ) {}

  /** One pass, when it is time. @returns how many were found. @throws what the first that failed threw: it comes up again. */
  async execute(): Promise<number> {
    const turn = await this.due.takeListing();
    if (turn === null) return 0;
    const { completeUntil, begunAt } = turn;
    const since = completeUntil === null ? null : new Date(completeUntil.getTime() - OVERLAP);
    const failures: unknown[] = [];
    let found = 0;
    for await (const ids of this.gateway.openedSince(since)) {
      const looks = (await this.disputes.unknownOf(ids)).map((dispute) =>
        this.refresh.execute({ dispute, cause: 'listing' }),
      );
      for (const look of await Promise.allSettled(looks)) {
        if (look.status === 'fulfilled') found += 1;
        else failures.push(look.reason);
      }
    }
    if (failures.length > 0) throw failures[0];
    await this.due.listingComplete(begunAt);
    return found;
  }
}
