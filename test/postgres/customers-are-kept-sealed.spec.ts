import { randomBytes } from 'node:crypto';
import { SealBroken } from '../../src/application/shared/cipher';
import { NOTHING_KNOWN } from '../../src/domain/customer/customer';
import { SubjectTaken } from '../../src/domain/customer/customers';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { HmacBlindIndex } from '../../src/infrastructure/crypto/hmac-blind-index';
import { emailIndex } from '../../src/infrastructure/postgres/customer-row';
import { PostgresSealedKeys } from '../../src/infrastructure/postgres/postgres-sealed-keys';
import { ADA, newCustomer } from '../support/customer-samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(async () => {
  await db.empty();
  await db.sql('DELETE FROM sealed_keys');
});
afterAll(() => db.close());

async function stored(given = {}, id = db.ids.next('cus')) {
  const customer = newCustomer(given, id, new Date());
  await db.unitOfWork.run(() => db.customers.add(customer));
  return customer;
}

describe('A customer', () => {
  it('is read back as it was, by id, by subject and by what Stripe calls it', async () => {
    const customer = await stored(ADA);
    await db.unitOfWork.run(async () => {
      const locked = (await db.customers.lock(customer.id))!;
      locked.change({ metadata: { seat: '8' } }, new Date(), new Date(), 'test');
      locked.created('cus_stripe', 1, new Date(), 'test');
      await db.customers.save(locked);
      expect((await db.customers.find(customer.id))!.snapshot()).toEqual(locked.snapshot());
    });
    const bySubject = await db.customers.findBySubject(ADA.subject!);
    expect(bySubject!.snapshot()).toMatchObject({ ...ADA, metadata: { seat: '8' }, removedMetadata: ['plan'] });
    expect((await db.customers.findByStripeCustomer('cus_stripe'))!.id).toBe(customer.id);
    const events = await db.sql('SELECT type, customer_id, payment_id FROM domain_events ORDER BY id');
    expect(events).toEqual(
      ['customer.created', 'customer.changed', 'customer.linked'].map((type) => ({
        type,
        customer_id: customer.id,
        payment_id: null,
      })),
    );
  });

  it('keeps its making at Stripe as it was sent, whatever changes meanwhile', async () => {
    const { id } = await stored(ADA);
    await db.unitOfWork.run(async () => {
      const locked = (await db.customers.lock(id))!;
      locked.change({ name: 'Grace' }, new Date(), new Date(), 'test');
      locked.creationFailed(1, new Date());
      await db.customers.save(locked);
      expect((await db.customers.find(id))!.snapshot().creation).toEqual(locked.snapshot().creation);
    });
    expect((await db.customers.find(id))!.snapshot()).toMatchObject({ name: 'Grace', creation: { details: ADA } });
  });

  it('stands nowhere in the database in clear', async () => {
    await stored(ADA);
    const everything = JSON.stringify([
      await db.sql('SELECT c::text FROM customers c'),
      await db.sql('SELECT e::text FROM domain_events e'),
    ]);
    expect(everything).toContain('customer.created');
    expect(everything).not.toMatch(/canary/i);
    expect(everything).not.toContain('7946');
  });

  it('cannot be read out of the row of another', async () => {
    const [a, b] = [await stored(ADA), await stored()];
    await db.sql('UPDATE customers SET personal = (SELECT personal FROM customers WHERE id = $1) WHERE id = $2', [
      a.id,
      b.id,
    ]);
    await expect(db.customers.find(b.id)).rejects.toThrow(SealBroken);
    await expect(db.customers.find(b.id)).rejects.toThrow(`cannot open customers.personal:${b.id} (key test)`);
  });

  it('has a subject that no other has, also when two are stored at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => stored({ subject: 'auth0|1' })));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(7);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(SubjectTaken);
    expect(await db.count('customers')).toBe(1);
    expect(await db.count('domain_events')).toBe(1);
    const other = await stored({ subject: 'auth0|2' });
    const taking = db.unitOfWork.run(async () => {
      const locked = (await db.customers.lock(other.id))!;
      locked.change({ subject: 'auth0|1' }, new Date(), new Date(), 'test');
      await db.customers.save(locked);
    });
    await expect(taking).rejects.toThrow(SubjectTaken);
  });

  it('has one writer at a time: 20 changes at once are 20 changes', async () => {
    const { id } = await stored();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        db.unitOfWork.run(async () => {
          const customer = (await db.customers.lock(id))!;
          customer.change({ name: `Name ${String(n)}` }, new Date(), new Date(), 'test');
          await db.customers.save(customer);
        }),
      ),
    );
    expect((await db.customers.find(id))!.snapshot()).toMatchObject({ revision: 21, version: 21 });
  });

  it('is not stored over what another has stored meanwhile', async () => {
    const { id } = await stored();
    const stale = (await db.customers.find(id))!;
    await db.unitOfWork.run(async () => {
      const customer = (await db.customers.lock(id))!;
      customer.change({ name: 'Ada' }, new Date(), new Date(), 'test');
      await db.customers.save(customer);
    });
    stale.change({ name: 'Grace' }, new Date(), new Date(), 'test');
    await expect(db.unitOfWork.run(() => db.customers.save(stale))).rejects.toThrow('changed by another writer');
  });

  it('is due to be told to Stripe until Stripe took it, which the database makes sure of', async () => {
    const { id } = await stored();
    await expect(db.sql('UPDATE customers SET sync_due_at = NULL WHERE id = $1', [id])).rejects.toThrow(
      'customers_sync_until_taken_or_refused',
    );
    await expect(db.sql('UPDATE customers SET stripe_revision = 2 WHERE id = $1', [id])).rejects.toThrow('check');
  });
});

describe('An e-mail address', () => {
  it.each([
    ['letters of another case', 'ADA@Example.COM'],
    ['spaces around it', '  ada@example.com\t'],
  ])('is found with %s', (_what, text) => {
    expect(emailIndex(db.blindIndex, text)).toBe(emailIndex(db.blindIndex, 'ada@example.com'));
  });

  it('is found however its letters are composed, and not by another', () => {
    expect(emailIndex(db.blindIndex, 'rene\u0301@example.com')).toBe(
      emailIndex(db.blindIndex, 'ren\u00e9@example.com'),
    );
    expect(emailIndex(db.blindIndex, 'rene@example.com')).not.toBe(emailIndex(db.blindIndex, 'ren\u00e9@example.com'));
  });
});

describe('The key of the blind index', () => {
  const ring = (...ids: string[]) =>
    new AesGcmCipher(ids.map((id) => ({ id, key: Buffer.alloc(32, id.charCodeAt(id.length - 1)) })));
  const take = (cipher: AesGcmCipher) => new PostgresSealedKeys(db.dataSource, cipher).take('blind_index');
  const indexOf = (key: Uint8Array) => new HmacBlindIndex(key).of('ada@example.com', 'customers.email');

  it('is one key for all who ask for the first time at once', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => take(ring('k1'))));
    expect(new Set(keys.map(indexOf)).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
    expect(await db.count('sealed_keys')).toBe(1);
  });

  it('is the same after a restart, and under a rotated ring', async () => {
    const before = indexOf(await take(ring('k1')));
    expect(indexOf(await take(ring('k1')))).toBe(before);
    expect(indexOf(await take(ring('k2', 'k1')))).toBe(before);
  });

  it('is another one in another database', async () => {
    const before = indexOf(await take(ring('k1')));
    await db.sql('DELETE FROM sealed_keys');
    expect(indexOf(await take(ring('k1')))).not.toBe(before);
  });

  it('that cannot be opened is not replaced: the key of the ring that is missing is named', async () => {
    await take(ring('k1'));
    const before = await db.sql('SELECT * FROM sealed_keys');
    await expect(take(ring('k2'))).rejects.toThrow('cannot open sealed_keys.sealed:blind_index (key k1)');
    const impostor = new AesGcmCipher([{ id: 'k1', key: randomBytes(32) }]);
    await expect(take(impostor)).rejects.toThrow(SealBroken);
    expect(await db.sql('SELECT * FROM sealed_keys')).toEqual(before);
    await db.sql(`UPDATE sealed_keys SET sealed = 'altered'`);
    await expect(take(ring('k1'))).rejects.toThrow(SealBroken);
  });
});

it('A customer of whom nothing is known has no index', async () => {
  await stored(NOTHING_KNOWN);
  await stored(NOTHING_KNOWN);
  expect(await db.sql('SELECT subject_index, email_index FROM customers')).toEqual(
    Array.from({ length: 2 }, () => ({ subject_index: null, email_index: null })),
  );
});
