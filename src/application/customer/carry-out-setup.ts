import type { Setup } from '../../domain/customer/setup';
import type { Setups } from '../../domain/customer/setups';
import type { Clock } from '../shared/clock';
import type { RecordSetup } from './record-setup';
import type { SetupAnswer, SetupGateway, SetupReading, SetupSight } from './setup-gateway';
import { setupOutcomeOf, shownSetup, type SetupOutcome } from './setup-outcome';

/** How long others leave a setup alone that is being sent: a little longer than Stripe may take to answer. */
const LEASE = 30_000;
const LOOKS = 3;

/** When others find out about a setup that is sent now, should whoever sends it not come to it. */
export function setupLeaseUntil(now: Date): Date {
  return new Date(now.getTime() + LEASE);
}

const NOT_MADE = { code: 'not_known', declineCode: null, field: null };

/** Sends a setup that is committed, and commits what came of it. No transaction is open in between. */
export class CarryOutSetup {
  constructor(
    private readonly setups: Setups,
    private readonly gateway: SetupGateway,
    private readonly recordSetup: RecordSetup,
    private readonly clock: Clock,
  ) {}

  async execute(setup: Setup, cause: string): Promise<SetupOutcome> {
    return this.take(setup, await this.gateway.create(setup), cause);
  }

  /** Takes up again what somebody began: sends it once more under its key, or looks for what it made. */
  async resume(setupId: string, cause: string): Promise<SetupOutcome> {
    const setup = await this.recordSetup.change(setupId, (found, now) => {
      found.takeUp(setupLeaseUntil(now));
    });
    if (!setup.isUnknown) return setupOutcomeOf(setup);
    if (this.clock.now() < setup.repeatableUntil) {
      const answer = await this.gateway.create(setup);
      if (answer.kind !== 'unknown') return this.take(setup, answer, cause);
      // Stripe repeats a failure under the same key, though it may have made the setup before it failed.
    }
    return this.find(setup, cause);
  }

  private async take(setup: Setup, answer: SetupAnswer, cause: string): Promise<SetupOutcome> {
    switch (answer.kind) {
      case 'accepted':
        return this.store(setup, answer.sight, cause);
      case 'refused':
        if (answer.sight !== null) return this.store(setup, answer.sight, cause);
        return setupOutcomeOf(await this.recordSetup.refused(setup.id, answer.failure, cause));
      case 'unknown':
        return this.doubt(setup);
      case 'never_reached': {
        const left = await this.recordSetup.change(setup.id, (found, now) => {
          found.neverReached(now);
        });
        return left.isUnknown ? { ...shownSetup(left), kind: 'unreachable' } : setupOutcomeOf(left);
      }
    }
  }

  private async find(setup: Setup, cause: string): Promise<SetupOutcome> {
    const isOver = this.clock.now() >= setup.repeatableUntil;
    const reading = await this.gateway.findCreated(setup);
    if (reading.kind === 'found') return this.store(setup, reading.sight, cause);
    // Before that, a request that was lost may still be at work at Stripe.
    if (reading.kind === 'missing' && isOver) {
      return setupOutcomeOf(await this.recordSetup.refused(setup.id, NOT_MADE, cause));
    }
    return this.doubt(setup, reading.kind === 'unavailable');
  }

  /** @param away Stripe was asked and did not answer: that counts as no look. */
  private async doubt(setup: Setup, away = false): Promise<SetupOutcome> {
    const left = await this.recordSetup.change(setup.id, (found, now) => {
      if (away) found.unasked(now);
      else found.doubtful(now);
    });
    return setupOutcomeOf(left);
  }

  /** What Stripe answered was true when it answered: when something else was stored since, it is asked again. */
  private async store(asked: Setup, answered: SetupSight, cause: string): Promise<SetupOutcome> {
    let [setup, sight]: [Setup, SetupSight] = [asked, answered];
    for (let look = 0; look < LOOKS; look++) {
      const stored = await this.recordSetup.seen(setup, sight, cause);
      if (stored !== null) return setupOutcomeOf(stored);
      setup = await this.load(asked.id);
      const reading: SetupReading = await this.gateway.read(answered.seen.setupIntent);
      if (reading.kind !== 'found') break;
      sight = reading.sight;
    }
    // Whoever was faster stored what Stripe showed, and the next event tells of what comes after.
    return setupOutcomeOf(await this.load(asked.id));
  }

  private async load(id: string): Promise<Setup> {
    const setup = await this.setups.find(id);
    if (setup === null) throw new Error(`setup ${id} does not exist`);
    return setup;
  }
}
