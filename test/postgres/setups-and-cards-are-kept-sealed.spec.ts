import { SealBroken } from '../../src/application/shared/cipher';
import { InvalidCursor } from '../../src/application/shared/page';
import type { PaymentMethodProps } from '../../src/domain/customer/payment-method';
import type { SetupProps } from '../../src/domain/customer/setup';
import { begunSetup, seenSetup, savedMethod, VISA } from '../support/card-samples';
import { newCustomer } from '../support/customer-samples';
import { after, MINUTE, NOON } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
let customerId: string;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(async () => {
  await db.empty();
  customerId = await customer();
});
afterAll(() => db.close());

async function customer(): Promise<string> {
  const made = newCustomer({}, db.ids.next('cus'), NOON);
  await db.unitOfWork.run(() => db.customers.add(made));
  return made.id;
}

const CANARY = 'canary-7946';

async function setup(given: Partial<SetupProps> = {}) {
  const { request, consent } = begunSetup().snapshot();
  const fresh = begunSetup({
    id: db.ids.next('set'),
    customerId,
    request: { ...request, returnUrl: `https://shop.example/${CANARY}` },
    consent: { ...consent, address: CANARY },
    ...given,
  });
  await db.unitOfWork.run(() => db.setups.add(fresh));
  return fresh;
}

async function method(given: Partial<PaymentMethodProps> = {}) {
  const fresh = savedMethod({ customerId, ...given });
  await db.unitOfWork.run(() => db.paymentMethods.add(fresh));
  return fresh;
}

const card = (year: number, month: number) => ({ ...VISA, expiry: { year, month } });

describe('A setup', () => {
  it('is read back as it was, by its id and by that of Stripe', async () => {
    const made = await setup();
    expect((await db.setups.find(made.id))!.snapshot()).toEqual(made.snapshot());
    await db.unitOfWork.run(async () => {
      const locked = (await db.setups.lock(made.id))!;
      const challenge = { status: 'requires_action', nextAction: { type: 'redirect_to_url' } } as const;
      locked.observe(seenSetup({ ...challenge, redirectUrl: 'https://bank.example/x' }), after(MINUTE), 'test');
      await db.setups.save(locked);
      expect((await db.setups.findBySetupIntent('seti_1'))!.snapshot()).toEqual(locked.snapshot());
    });
  });

  it('stands nowhere in clear with the address of the consent, its secret, or what was asked', async () => {
    const made = await setup();
    made.observe(seenSetup({ status: 'requires_action', clientSecret: CANARY, redirectUrl: CANARY }), NOON, 'test');
    await db.unitOfWork.run(() => db.setups.save(made));
    const everything = JSON.stringify([
      await db.sql('SELECT s::text FROM setups s'),
      await db.sql('SELECT e::text FROM domain_events e'),
    ]);
    expect(everything).toContain('cards-3');
    expect(everything).not.toContain(CANARY);
    expect(everything).not.toContain('cus_stripe');
  });

  it.each(['request', 'consent'])('cannot be read with the %s of another', async (column) => {
    const [a, b] = [await setup(), await setup()];
    await db.sql(`UPDATE setups SET ${column} = (SELECT ${column} FROM setups WHERE id = $1) WHERE id = $2`, [
      a.id,
      b.id,
    ]);
    await expect(db.setups.find(b.id)).rejects.toThrow(SealBroken);
    await expect(db.setups.find(b.id)).rejects.toThrow(`setups.${column}:${b.id}`);
  });

  it('has one writer at a time', async () => {
    const made = await setup();
    const [one, two] = [(await db.setups.find(made.id))!, (await db.setups.find(made.id))!];
    one.doubtful(NOON);
    two.doubtful(NOON);
    await db.unitOfWork.run(() => db.setups.save(one));
    await expect(db.unitOfWork.run(() => db.setups.save(two))).rejects.toThrow('was changed by another writer');
  });

  it('cannot be left unknown with nobody to find out', async () => {
    await expect(setup({ checkDueAt: null })).rejects.toThrow('setups_followed_until_known');
  });
});

describe('A saved card', () => {
  it('is read back as it was, through all of its life', async () => {
    const { id: setupId } = await setup();
    const made = await method({ setupId });
    expect((await db.paymentMethods.find('pm_1'))!.snapshot()).toEqual(made.snapshot());
    await db.unitOfWork.run(async () => {
      const locked = (await db.paymentMethods.lock('pm_1'))!;
      locked.beginDetach(NOON, after(MINUTE));
      await db.paymentMethods.save(locked);
      locked.detached(after(MINUTE), 'test');
      await db.paymentMethods.save(locked);
      expect((await db.paymentMethods.find('pm_1'))!.snapshot()).toEqual(locked.snapshot());
    });
    expect(await db.paymentMethods.ofCustomer(customerId)).toEqual([]);
  });

  it('stands nowhere in clear but for the month in which it ends', async () => {
    await method();
    const [row] = await db.sql<{ text: string }>('SELECT m::text AS text FROM payment_methods m');
    expect(row!.text).toContain('2030,7');
    expect(row!.text).not.toMatch(/4242|visa|credit/);
  });

  it('is one of its customer, newest first, until it is detached', async () => {
    await method();
    await method({ id: 'pm_2', createdAt: after(MINUTE) });
    await method({ id: 'pm_3', state: 'detached', checkDueAt: null, detachedAt: NOON });
    const other = await customer();
    await method({ id: 'pm_4', customerId: other });
    expect((await db.paymentMethods.ofCustomer(customerId)).map(({ id }) => id)).toEqual(['pm_2', 'pm_1']);
  });
});

describe('What is shown', () => {
  it('names the card, its consent and whether it is the default', async () => {
    const { id: setupId } = await setup();
    await method({ setupId });
    await method({ id: 'pm_2', details: card(2026, 12), createdAt: after(MINUTE) });
    await db.unitOfWork.run(async () => {
      const locked = (await db.customers.lock(customerId))!;
      locked.setDefault('pm_1', NOON, NOON, 'test');
      await db.customers.save(locked);
    });
    const shown = await db.paymentMethodQueries.ofCustomer(customerId, NOON);
    expect(shown).toMatchObject([
      { id: 'pm_2', default: false, consent: null, expiresSoon: true },
      {
        id: 'pm_1',
        customer: customerId,
        status: 'saved',
        ...VISA,
        expiresSoon: false,
        default: true,
        consent: { textVersion: 'cards-3', at: NOON.toISOString() },
      },
    ]);
    expect(await db.paymentMethodQueries.get(customerId, 'pm_1', NOON)).toEqual(shown![1]);
  });

  it('tells a customer without cards from one that does not exist, and no card of another', async () => {
    await method();
    const other = await customer();
    expect(await db.paymentMethodQueries.ofCustomer(other, NOON)).toEqual([]);
    expect(await db.paymentMethodQueries.ofCustomer('cus_none', NOON)).toBeNull();
    expect(await db.paymentMethodQueries.get(other, 'pm_1', NOON)).toBeNull();
  });
});

describe('Cards that end', () => {
  const months = { first: { year: 2026, month: 11 }, last: { year: 2027, month: 1 } };
  const ending = (limit: number, cursor: string | null = null) =>
    db.paymentMethodQueries.ending(months, NOON, limit, cursor);

  beforeEach(async () => {
    const ends = [card(2026, 10), card(2026, 11), card(2026, 12), card(2027, 1), card(2027, 2)];
    for (const [index, details] of ends.entries()) {
      await method({ id: `pm_${String(index)}b`, details });
      await method({ id: `pm_${String(index)}a`, details });
    }
    await method({ id: 'pm_sepa', details: { ...VISA, type: 'sepa_debit', expiry: null } });
    const gone = { details: card(2026, 12), detachedAt: NOON, checkDueAt: null } as const;
    await method({ id: 'pm_gone', state: 'detached', ...gone });
  });

  it('come page by page, the first to end first, each once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ending>> = await ending(4, cursor);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(['pm_1a', 'pm_1b', 'pm_2a', 'pm_2b', 'pm_3a', 'pm_3b']);
  });

  it('come with no cursor when there are no more', async () => {
    expect((await ending(6)).nextCursor).toBeNull();
    expect((await ending(5)).nextCursor).not.toBeNull();
  });

  it.each(['', 'nonsense', Buffer.from('2026-11|').toString('base64url')])('refuse the cursor %j', async (cursor) => {
    await expect(ending(5, cursor)).rejects.toThrow(InvalidCursor);
  });
});

describe('What is due', () => {
  it('is taken by one instance, and comes up again when that one dies', async () => {
    const past = new Date(Date.now() - MINUTE);
    const due = await setup({ checkDueAt: past });
    await setup({ checkDueAt: new Date(Date.now() + MINUTE) });
    await method({ state: 'detaching', checkDueAt: past });
    await method({ id: 'pm_2', checkDueAt: past });
    const both = await Promise.all([db.dueCards.takeSetups(10), db.dueCards.takeSetups(10)]);
    expect(both.flat()).toEqual([{ id: due.id, setupIntent: null }]);
    expect(await db.dueCards.takePaymentMethods(10)).toEqual(
      expect.arrayContaining([
        { id: 'pm_1', detaching: true },
        { id: 'pm_2', detaching: false },
      ]),
    );
    expect(await db.dueCards.takePaymentMethods(10)).toEqual([]);
    await db.sql(`UPDATE setups SET check_due_at = check_due_at - interval '61 seconds'`);
    expect(await db.dueCards.takeSetups(10)).toContainEqual({ id: due.id, setupIntent: null });
  });
});
