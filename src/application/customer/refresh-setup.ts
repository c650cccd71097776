import type { Setup } from '../../domain/customer/setup';
import type { Setups } from '../../domain/customer/setups';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { RecordSetup } from './record-setup';
import type { SetupGateway, SetupSight } from './setup-gateway';

export interface RefreshSetupCommand {
  readonly setupIntent: string;
  /** What made us look: `event:evt_…`, `api`. */
  readonly cause: string;
  /** Runs in the transaction that stores what was seen. */
  readonly within?: () => Promise<void>;
}

const LOOKS = 5;

/** Asks Stripe how a setup stands and takes that over, with the payment method that it saved. */
export class RefreshSetup {
  constructor(
    private readonly setups: Setups,
    private readonly gateway: SetupGateway,
    private readonly recordSetup: RecordSetup,
  ) {}

  /** @returns null for a setup that is not ours, or that Stripe does not know. @throws GatewayUnavailable */
  async execute({ setupIntent, cause, within }: RefreshSetupCommand): Promise<Setup | null> {
    for (let look = 0; look < LOOKS; look++) {
      const known = await this.setups.findBySetupIntent(setupIntent);
      const sight = await this.look(setupIntent);
      if (sight === null) return null;
      const setup = known ?? (await this.madeFor(sight));
      if (setup === null) return null;
      // Found by its metadata, so read after the look: what it knows of the intent by now may be newer.
      if (known === null && setup.setupIntent === setupIntent) continue;
      const stored = await this.recordSetup.seen(setup, sight, cause, within);
      if (stored !== null) return stored;
    }
    throw new GatewayUnavailable(`${setupIntent} changed with every look; it will be looked at again`);
  }

  private async look(setupIntent: string): Promise<SetupSight | null> {
    const reading = await this.gateway.read(setupIntent);
    if (reading.kind === 'unavailable') throw new GatewayUnavailable(reading.message, reading);
    return reading.kind === 'found' ? reading.sight : null;
  }

  /** Anybody with access to Stripe can write metadata, so what it names has to fit. */
  private async madeFor({ setupId, stripeCustomer, seen }: SetupSight): Promise<Setup | null> {
    const setup = setupId === null ? null : await this.setups.find(setupId);
    if (setup?.snapshot().request.stripeCustomer !== stripeCustomer) return null;
    return setup.setupIntent === null || setup.setupIntent === seen.setupIntent ? setup : null;
  }
}
