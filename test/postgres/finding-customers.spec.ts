import { SealBroken } from '../../src/application/shared/cipher';
import { InvalidCursor } from '../../src/application/shared/page';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { PostgresCustomerQueries } from '../../src/infrastructure/postgres/postgres-customer-queries';
import { PostgresDueCustomers } from '../../src/infrastructure/postgres/postgres-due-customers';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import type { CustomerDetails } from '../../src/domain/customer/customer';
import { ADA, newCustomer } from '../support/customer-samples';
import { after, MINUTE, NOON, SECOND } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
let queries: PostgresCustomerQueries;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  queries = new PostgresCustomerQueries(db.unitOfWork, db.cipher, db.blindIndex);
});
beforeEach(() => db.empty());
afterAll(() => db.close());

async function stored(given: Partial<CustomerDetails> = {}, at = NOON): Promise<string> {
  const customer = newCustomer(given, db.ids.next('cus'), at);
  await db.unitOfWork.run(() => db.customers.add(customer));
  return customer.id;
}

describe('Customers', () => {
  it('are shown as they are', async () => {
    const id = await stored(ADA);
    expect(await queries.get(id)).toEqual({
      ...ADA,
      id,
      defaultPaymentMethod: null,
      stripeCustomer: null,
      stripeStatus: 'pending',
      refusal: null,
      createdAt: NOON.toISOString(),
      updatedAt: NOON.toISOString(),
    });
    expect(await queries.get('cus_none')).toBeNull();
  });

  it('come in pages, newest first, each once, though many were made in one millisecond', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.push(await stored({}, after(n < 4 ? 0 : n)));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await queries.list({}, 2, cursor);
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids.reverse());
    await expect(queries.list({}, 2, 'nonsense')).rejects.toThrow(InvalidCursor);
  });

  it('are found by their address, whoever shares it, and by their subject', async () => {
    const first = await stored({ email: 'Ada@Example.com' });
    const second = await stored({ email: 'ada@example.com', subject: 'user_1' }, after(1));
    await stored({ email: 'grace@example.com', subject: 'user_2' });
    await stored({ subject: 'ada@example.com' });
    const found = async (filter: object) => (await queries.list(filter, 20, null)).data.map(({ id }) => id);
    expect(await found({ email: ' ADA@example.com ' })).toEqual([second, first]);
    expect(await found({ subject: 'user_1' })).toEqual([second]);
    expect(await found({ subject: 'USER_1' })).toEqual([]);
    expect(await found({ email: 'nobody@example.com' })).toEqual([]);
    const { nextCursor } = await queries.list({ email: 'ada@example.com' }, 1, null);
    expect((await queries.list({ email: 'ada@example.com' }, 1, nextCursor)).data).toMatchObject([{ id: first }]);
  });

  it('that cannot be read are left out of no list: it fails, with the key and the customer', async () => {
    const id = await stored(ADA);
    await stored({}, after(1));
    const other = new AesGcmCipher([{ id: 'k2', key: Buffer.alloc(32, 2) }]);
    const blind = new PostgresCustomerQueries(db.unitOfWork, other, db.blindIndex);
    await expect(blind.list({}, 20, null)).rejects.toThrow(SealBroken);
    await expect(blind.get(id)).rejects.toThrow(`cannot open customers.personal:${id} (key test)`);
  });
});

describe('Customers of whom Stripe has yet to hear', () => {
  const due = () => new PostgresDueCustomers(db.unitOfWork);

  it('are taken once, the longest due first, and come up again when nothing came of it', async () => {
    const long = await stored({}, after(-2 * MINUTE, new Date()));
    const short = await stored({}, after(-MINUTE, new Date()));
    await stored({}, after(-10 * SECOND, new Date()));
    expect(await due().take(1)).toEqual([long]);
    const taken = await Promise.all(Array.from({ length: 8 }, () => due().take(10)));
    expect(taken.flat()).toEqual([short]);
    expect(await due().take(10)).toEqual([]);
    await db.sql(`UPDATE customers SET sync_due_at = sync_due_at - interval '60 seconds' WHERE id = $1`, [short]);
    expect(await due().take(10)).toEqual([short]);
  });

  it('wait for nobody: one that is locked is left for later', async () => {
    const id = await stored({}, after(-2 * MINUTE, new Date()));
    await db.unitOfWork.run(async () => {
      await db.customers.lock(id);
      const other = new PostgresDueCustomers(new PostgresUnitOfWork(db.dataSource));
      expect(await other.take(10)).toEqual([]);
    });
    expect(await due().take(10)).toEqual([id]);
  });
});
