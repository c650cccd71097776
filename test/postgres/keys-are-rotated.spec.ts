import { randomBytes } from 'node:crypto';
import { AesGcmCipher, type CipherKey } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { PostgresSealedTexts } from '../../src/infrastructure/postgres/postgres-sealed-texts';
import { seen } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

const NEW_KEY: CipherKey = { id: 'k2', key: randomBytes(32) };

let db: ServiceDatabase;
beforeEach(async () => {
  db = await ServiceDatabase.create();
});
afterEach(() => db.close());

const under = (...keys: CipherKey[]) => new PostgresSealedTexts(db.dataSource, new AesGcmCipher(keys));
const quiet = () => undefined;

/** A payment with every sealed column of its own, an answer of each kind and an event. */
async function fill(): Promise<string> {
  const { payment, attempt } = await db.stored({ description: 'for Ada', customer: await db.customer() });
  await db.change(payment.id, async (locked) => {
    locked.observe(seen({ redirectUrl: 'https://bank.example/' }), new Date(), 'test');
    await db.payments.save(locked);
  });
  await db.records.finish(attempt.id, { kind: 'done' });
  await db.records.keep(db.scope('kept'), payment.id, { kind: 'done' });
  const event = { type: 't', apiVersion: null, livemode: false, account: null, created: new Date() };
  const object = { objectType: 'payment_intent', objectId: 'pi_1', intent: 'pi_1', stripeRequest: null };
  await db.inbox.store({ id: 'evt_1', ...event, ...object, payload: '{}' });
  return payment.id;
}

const keysIn = (uses: readonly { key: string }[]) => [...new Set(uses.map(({ key }) => key))].sort();

describe('Texts that an older key sealed', () => {
  it('are sealed under the newest, after which the older key opens nothing that is left', async () => {
    const id = await fill();
    const before = (await db.payments.find(id))!.snapshot();
    const rotation = under(NEW_KEY, db.key);
    const columns = (await rotation.count()).map(({ column }) => column);
    expect(columns).toEqual(
      expect.arrayContaining([
        'payments.details',
        'payments.client_secret',
        'attempts.asked',
        'webhook_events.payload',
      ]),
    );
    const texts = (await rotation.count()).reduce((sum, use) => sum + use.texts, 0);
    const progress: string[] = [];
    const told = await rotation.reseal(({ column }) => progress.push(column), fail);
    expect(told).toBe(texts);
    expect(progress).toEqual(columns);
    expect(keysIn(await rotation.count())).toEqual(['k2']);
    expect(await rotation.reseal(fail, fail)).toBe(0);
    const left = db.under(new AesGcmCipher([NEW_KEY]));
    expect((await left.payments.find(id))!.snapshot()).toEqual(before);
    expect(await left.records.find(db.scope('kept'))).toMatchObject({ outcome: { kind: 'done' } });
    await expect(db.payments.find(id)).rejects.toThrow('key k2');
  });

  it('are more than one batch, and are gone on with where somebody ended it', async () => {
    await fill();
    await db.sql(`INSERT INTO webhook_events (id, stripe_account, livemode, type, object_type, object_id, payload, status,
      created_at) SELECT 'evt_x' || n, 'acct_1', false, 't', 'o', 'o', 'x', 'received', now() FROM generate_series(1, 1200) n`);
    const ids = await db.sql<{ id: string }>(`SELECT id FROM webhook_events WHERE payload = 'x'`);
    const sealed = ids.map(({ id }) => db.cipher.seal(`{"of":"${id}"}`, `webhook_events.payload:${id}`));
    await db.sql(
      `UPDATE webhook_events w SET payload = n.text FROM unnest($1::text[], $2::text[]) n (id, text) WHERE w.id = n.id`,
      [ids.map(({ id }) => id), sealed],
    );
    const rotation = under(NEW_KEY, db.key);
    const killed = rotation.reseal(({ column, sealed: done }) => {
      if (column === 'webhook_events.payload' && done >= 500) throw new Error('killed');
    }, fail);
    await expect(killed).rejects.toThrow('killed');
    expect(keysIn(await rotation.count())).toEqual(['k2', 'test']);
    expect(await rotation.reseal(quiet, fail)).toBe(1_201 - 500 + 1);
    expect(keysIn(await rotation.count())).toEqual(['k2']);
  });

  it('stay as a running service changes them meanwhile', async () => {
    const id = await fill();
    const cipher = new AesGcmCipher([NEW_KEY, db.key]);
    const { payments } = db.under(cipher);
    const change = () =>
      db.unitOfWork.run(async () => {
        const payment = (await payments.lock(id))!;
        payment.observe(seen({ clientSecret: 'pi_1_secret_newer' }), new Date(), 'test');
        await payments.save(payment);
      });
    // The batch was read, and is overtaken before it is stored.
    let writes = 0;
    const query = async (sql: string, values: unknown[]) => {
      if (sql.includes('UPDATE payments') && writes++ === 0) await change();
      return db.sql(sql, values);
    };
    const overtaken = Object.create(db.dataSource, { query: { value: query } }) as typeof db.dataSource;
    await new PostgresSealedTexts(overtaken, cipher).reseal(quiet, fail);
    expect(writes).toBeGreaterThan(0);
    expect((await payments.find(id))!.snapshot().clientSecret).toBe('pi_1_secret_newer');
    expect(keysIn(await under(NEW_KEY).count())).toEqual(['k2']);
  });

  it('under an unknown key, moved or altered are told with row and key, and do not stop the rest', async () => {
    const id = await fill();
    const strange = new AesGcmCipher([{ id: 'lost', key: randomBytes(32) }]);
    await db.sql('UPDATE payments SET client_secret = $1, redirect_url = details, details = $2', [
      strange.seal('x', `payments.client_secret:${id}`),
      'in clear',
    ]);
    const rotation = under(NEW_KEY, db.key);
    const told: string[] = [];
    expect(await rotation.reseal(quiet, (what) => told.push(what))).toBeGreaterThan(3);
    expect(told).toEqual([
      `cannot open payments.client_secret:${id} (key lost): the key is not in the ring`,
      expect.stringContaining(`cannot open payments.redirect_url:${id} (key test)`),
      expect.stringContaining(`cannot open payments.details:${id} (key none)`),
    ]);
    expect(keysIn(await rotation.count())).toEqual(['k2', 'lost', 'none', 'test']);
    expect(JSON.stringify(told)).not.toContain('in clear');
  });
});

function fail(what: unknown): void {
  throw new Error(JSON.stringify(what));
}
