import fc from 'fast-check';
import type { Customer } from '../../src/domain/customer/customer';
import { linkedCustomer, newCustomer } from '../support/customer-samples';
import { after, DAY, HOUR, NOON } from '../support/samples';

/** Anything that can happen to a customer, in any order, with answers that come late or twice. */
const steps: Record<string, (customer: Customer, revision: number, at: Date) => void> = {
  change: (customer, revision, at) => void customer.change({ name: `Name ${String(revision)}` }, at, at, 'test'),
  sameAgain: (customer, _revision, at) => void customer.change({ name: customer.snapshot().name }, at, at, 'test'),
  setDefault: (customer, revision, at) => void customer.setDefault(`pm_${String(revision)}`, at, at, 'test'),
  defaultShown: (customer, revision, at) => void customer.defaultShown(`pm_${String(revision)}`, at, 'test'),
  begin: (customer, _revision, at) => {
    customer.beginCreation(customer.snapshot().creation, at, at);
  },
  beginLate: (customer, _revision, at) => {
    customer.beginCreation(null, at, at);
  },
  created: (customer, revision, at) => {
    customer.created('cus_stripe', revision, at, 'test');
  },
  updated: (customer, revision, at) => {
    if (revision <= customer.snapshot().revision) customer.updated('cus_stripe', revision, at);
  },
  refused: (customer, revision, at) => {
    customer.refusedByStripe({ code: 'email_invalid', field: 'email' }, revision, at, 'test');
  },
  failed: (customer, revision, at) => {
    customer.creationFailed(revision, at);
  },
  unanswered: (customer, revision, at) => {
    customer.unanswered(revision, at, at);
  },
  unlinked: (customer, _revision, at) => void customer.unlinked('cus_stripe', at, 'test'),
};

const histories = fc.array(
  fc.record({ step: fc.constantFrom(...Object.keys(steps)), back: fc.nat(3), hours: fc.nat(30) }),
  { maxLength: 40 },
);

function live(customer: Customer, history: { step: string; back: number; hours: number }[], each: () => void): void {
  let at = NOON;
  for (const { step, back, hours } of history) {
    at = after(hours * HOUR, at);
    steps[step]!(customer, Math.max(1, customer.snapshot().revision - back), at);
    each();
  }
}

describe('Whatever happens to a customer', () => {
  it('Stripe is never ahead of it, and revisions only rise', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const customer = newCustomer();
        let last = customer.snapshot().revision;
        live(customer, history, () => {
          const { revision, stripeRevision } = customer.snapshot();
          expect(revision).toBeGreaterThanOrEqual(last);
          expect(stripeRevision).toBeLessThanOrEqual(revision);
          last = revision;
        });
      }),
    );
  });

  it('it is due exactly while Stripe has something to hear, as the database demands', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const customer = newCustomer();
        live(customer, history, () => {
          const { syncDueAt, refusal, stripeRevision, revision } = customer.snapshot();
          expect(syncDueAt !== null).toBe(stripeRevision < revision && refusal === null);
          const { kind } = customer.telling(NOON, false);
          expect(kind === 'nothing').toBe(syncDueAt === null);
        });
      }),
    );
  });

  it('no two creations that differ have one idempotency key', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const customer = newCustomer();
        const sent = new Map<number, string>();
        live(customer, history, () => {
          const { creation } = customer.snapshot();
          if (creation === null) return;
          const asked = JSON.stringify(creation.details);
          expect(sent.get(creation.revision) ?? asked).toBe(asked);
          sent.set(creation.revision, asked);
        });
      }),
    );
  });
});

describe('A default', () => {
  it('that Stripe shows is taken over when Stripe knows of ours', () => {
    const customer = linkedCustomer();
    expect(customer.defaultShown('pm_2', NOON, 'event:evt_1')).toBe(true);
    expect(customer.isInStep).toBe(true);
    expect(customer.pullEvents().map(({ type }) => type)).toEqual(['customer.default_changed']);
    expect(customer.defaultShown('pm_2', NOON, 'event:evt_1')).toBe(false);
  });

  it('of ours stays while Stripe has yet to hear of it', () => {
    const customer = linkedCustomer();
    customer.setDefault('pm_1', NOON, NOON, 'test');
    expect(customer.defaultShown('pm_2', NOON, 'event:evt_1')).toBe(false);
    expect(customer.snapshot().defaultPaymentMethod).toBe('pm_1');
  });
});

it('Events name the fields that changed, and hold nothing of the person', () => {
  const customer = newCustomer({ name: 'Ada' });
  customer.change({ name: 'Grace', email: 'grace@example.com', phone: null }, after(DAY), NOON, 'api');
  const events = customer.pullEvents();
  expect(events.at(-1)).toMatchObject({ type: 'customer.changed', data: { fields: ['name', 'email'] } });
  expect(JSON.stringify(events)).not.toMatch(/Grace|grace@/);
});
