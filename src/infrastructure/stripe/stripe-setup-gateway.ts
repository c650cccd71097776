import type Stripe from 'stripe';
import { SetupGateway, type SetupAnswer, type SetupReading } from '../../application/customer/setup-gateway';
import type { Setup } from '../../domain/customer/setup';
import { effectOf, isAboutMissing, isMissing, silenceOf } from './stripe-errors';
import { EXPAND, isSetupIntent, SETUP_KEY, setupFailureOf, setupParams, setupSightOf } from './stripe-setup';

/** Clocks differ; the list of a setup's time reaches this far around it, in seconds. */
const CLOCK_SKEW = 600;

const NO_SETUP = 'Stripe answered with something that is no setup intent.';

export class StripeSetupGateway extends SetupGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async create(setup: Setup): Promise<SetupAnswer> {
    try {
      const made = await this.stripe.setupIntents.create(setupParams(setup), { idempotencyKey: setup.idempotencyKey });
      return isSetupIntent(made)
        ? { kind: 'accepted', sight: setupSightOf(made) }
        : { kind: 'unknown', message: NO_SETUP };
    } catch (error) {
      const effect = effectOf(error);
      if (effect.kind !== 'refused') return effect;
      // A decline leaves the setup behind, for another try. What is refused as invalid was not made, though it is shown.
      const made = effect.because === 'declined' ? effect.error.setup_intent : undefined;
      const sight = isSetupIntent(made) ? setupSightOf(made) : null;
      return { kind: 'refused', failure: setupFailureOf(effect.error), sight, because: effect.because };
    }
  }

  override async read(setupIntent: string): Promise<SetupReading> {
    try {
      const found = await this.stripe.setupIntents.retrieve(setupIntent, { expand: EXPAND });
      if (isSetupIntent(found)) return { kind: 'found', sight: setupSightOf(found) };
      return { kind: 'unavailable', message: NO_SETUP };
    } catch (error) {
      return isMissing(error) ? { kind: 'missing' } : silenceOf(error);
    }
  }

  override async findCreated(setup: Setup): Promise<SetupReading> {
    const { request, firstSentAt } = setup.snapshot();
    const created = {
      gte: Math.floor(firstSentAt.getTime() / 1_000) - CLOCK_SKEW,
      lte: Math.ceil(setup.repeatableUntil.getTime() / 1_000) + CLOCK_SKEW,
    };
    const expand = EXPAND.map((field) => `data.${field}`);
    try {
      const all = this.stripe.setupIntents.list({ customer: request.stripeCustomer, created, limit: 100, expand });
      for await (const intent of all) {
        if (intent.metadata?.[SETUP_KEY] === setup.id) return { kind: 'found', sight: setupSightOf(intent) };
      }
      return { kind: 'missing' };
    } catch (error) {
      // A customer that Stripe does not know, or no more, has none.
      return isAboutMissing(error) ? { kind: 'missing' } : silenceOf(error);
    }
  }
}
