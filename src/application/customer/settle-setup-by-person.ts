import type { Setup } from '../../domain/customer/setup';
import type { Setups } from '../../domain/customer/setups';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { SettleProblem } from '../shared/settle-problem';
import type { RecordSetup } from './record-setup';
import type { SetupGateway, SetupSight } from './setup-gateway';

type Settled = Result<void, SettleProblem>;

/** Settles a setup as a person found it out, by what Stripe shows. */
export class SettleSetupByPerson {
  constructor(
    private readonly setups: Setups,
    private readonly gateway: SetupGateway,
    private readonly recordSetup: RecordSetup,
    private readonly clock: Clock,
  ) {}

  async adopt(setupId: string, setupIntent: string, by: string): Promise<Settled> {
    const loaded = await this.load(setupId);
    if (!loaded.ok) return loaded;
    const reading = await this.gateway.read(setupIntent);
    if (reading.kind === 'unavailable') return err({ kind: 'stripe_unreachable' });
    const differences =
      reading.kind === 'missing' ? [`Stripe knows no ${setupIntent}`] : differencesOf(loaded.value, reading.sight);
    if (reading.kind === 'missing' || differences.length > 0) return err({ kind: 'not_its_own', differences });
    const stored = await this.recordSetup.seen(loaded.value, reading.sight, by);
    return stored === null ? err({ kind: 'not_in_doubt' }) : ok(undefined);
  }

  /** Nothing happened, and nothing can any more. */
  async noEffect(setupId: string, by: string): Promise<Settled> {
    const loaded = await this.load(setupId);
    if (!loaded.ok) return loaded;
    const setup = loaded.value;
    if (setup.repeatableUntil > this.clock.now()) return err({ kind: 'too_early', from: setup.repeatableUntil });
    const reading = await this.gateway.findCreated(setup);
    if (reading.kind === 'unavailable') return err({ kind: 'stripe_unreachable' });
    if (reading.kind === 'found') return err({ kind: 'has_effect', object: reading.sight.seen.setupIntent });
    await this.recordSetup.refused(setup.id, { code: 'no_effect', declineCode: null, field: null }, by);
    return ok(undefined);
  }

  private async load(id: string): Promise<Result<Setup, SettleProblem>> {
    const setup = await this.setups.find(id);
    if (setup === null) return err({ kind: 'not_found' });
    return setup.isUnknown ? ok(setup) : err({ kind: 'not_in_doubt' });
  }
}

function differencesOf(setup: Setup, { setupId, stripeCustomer }: SetupSight): string[] {
  const asked = setup.snapshot().request.stripeCustomer;
  return [
    ...(setupId === setup.id ? [] : [`the setup in its metadata is ${setupId ?? 'none'}, not ${setup.id}`]),
    ...(stripeCustomer === asked ? [] : [`it saves for ${stripeCustomer ?? 'nobody'}, not for ${asked}`]),
  ];
}
