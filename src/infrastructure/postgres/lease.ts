/**
 * How long who sent an attempt has before another may look into it: a little longer than Stripe's time limit. Taking
 * over too early does no harm, because both repeat the same request under the same key.
 */
export class Lease {
  constructor(readonly seconds: number) {}

  /** By the database's clock, in SQL. */
  get until(): string {
    return `now() + make_interval(secs => ${String(this.seconds)})`;
  }
}

export const DEFAULT_LEASE = new Lease(22);
