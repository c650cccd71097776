/** The simulator's time: the machine's, moved by what tests have added. Webhook signatures and retries do not use it. */
export class Clock {
  constructor(private offsetMs = 0) {}

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  /** Stripe's timestamps are whole seconds. */
  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  get offset(): number {
    return this.offsetMs;
  }

  set offset(offsetMs: number) {
    this.offsetMs = offsetMs;
  }
}
