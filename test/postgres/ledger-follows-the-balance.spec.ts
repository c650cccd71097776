import {
  BalanceGateway,
  type MovementPage,
  type PageRequest,
  type SeenMovement,
} from '../../src/application/ledger/balance-gateway';
import { PostLedger } from '../../src/application/ledger/post-ledger';
import { SyncBalance } from '../../src/application/ledger/sync-balance';
import { VerifyLedger } from '../../src/application/ledger/verify-ledger';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { RightOfWay } from '../../src/application/shared/right-of-way';
import type { SeenPayout } from '../../src/domain/ledger/payout';
import { PostgresBalanceMirror } from '../../src/infrastructure/postgres/postgres-balance-mirror';
import { PostgresLedgerAudit } from '../../src/infrastructure/postgres/postgres-ledger-audit';
import { PostgresLedgerBook } from '../../src/infrastructure/postgres/postgres-ledger-book';
import { PostgresLedgerQueries } from '../../src/infrastructure/postgres/postgres-ledger-queries';
import { MovableClock } from '../support/fakes/movable-clock';
import { seenMovement } from '../support/ledger-samples';
import { after, HOUR, MINUTE, money, NOON } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

const PAGE = 3;

/** Stripe's list, newest first, which may stop answering. */
class ListedBalance extends BalanceGateway {
  all: SeenMovement[] = [];
  payouts = new Map<string, SeenPayout>();
  asked = 0;
  /** How many pages it still gives. */
  patience = Infinity;

  add(given: Partial<SeenMovement>): SeenMovement {
    const movement = seenMovement({ id: `txn_${String(this.all.length + 1)}`, ...given });
    this.all.push(movement);
    return movement;
  }

  override async page({ before, createdSince }: PageRequest): Promise<MovementPage> {
    this.asked += 1;
    if (this.patience-- <= 0) throw new GatewayUnavailable('away');
    const newest = [...this.all].sort((a, b) => b.at.getTime() - a.at.getTime());
    const listed = newest.filter(({ at }) => createdSince === undefined || at >= createdSince);
    const from = before === undefined ? 0 : listed.findIndex(({ id }) => id === before) + 1;
    return { movements: listed.slice(from, from + PAGE), hasMore: listed.length > from + PAGE };
  }

  override async payout(id: string): Promise<SeenPayout | null> {
    return this.payouts.get(id) ?? null;
  }
}

let db: ServiceDatabase;
let stripe: ListedBalance;
let clock: MovableClock;
let sync: SyncBalance;
let post: PostLedger;
let queries: PostgresLedgerQueries;
let verify: VerifyLedger;

beforeEach(async () => {
  db = await ServiceDatabase.create();
  stripe = new ListedBalance();
  clock = new MovableClock();
  const mirror = new PostgresBalanceMirror(db.unitOfWork, db.binding);
  sync = new SyncBalance(db.unitOfWork, stripe, mirror, db.facts, clock);
  post = new PostLedger(new PostgresLedgerBook(db.unitOfWork, db.binding, db.ids), new RightOfWay());
  queries = new PostgresLedgerQueries(db.unitOfWork);
  verify = new VerifyLedger(new PostgresLedgerAudit(db.unitOfWork), stripe, clock);
});
afterEach(() => db.close());

async function held(at = after(1_000 * HOUR), asKnownAt?: Date): Promise<Record<string, number>> {
  const rows = await queries.balances({ at, ...(asKnownAt === undefined ? {} : { asKnownAt }) });
  return Object.fromEntries(rows.map(({ account, currency, balance }) => [`${account} ${currency}`, balance]));
}

/** Charges of no payment, an hour apart, of which each nets one. */
function history(length: number): void {
  for (let n = 0; n < length; n += 1) stripe.add({ amount: 1, fee: 0, at: after(n * HOUR), source: null });
}

const atStripe = async (): Promise<number> => (await held())['stripe_balance gbp'] ?? 0;

describe('The mirror of the balance', () => {
  it('reads back to the first movement before anything is posted, and goes on where it was interrupted', async () => {
    history(50);
    stripe.patience = 5;
    await expect(sync.execute()).rejects.toThrow('away');
    await post.execute();
    expect(await atStripe()).toBe(0);
    expect(await db.count('balance_transactions')).toBeGreaterThan(3);
    stripe.patience = Infinity;
    stripe.add({ amount: 1, fee: 0, at: after(60 * HOUR), source: null });
    for (let round = 0; round < 10; round += 1) await sync.execute();
    await post.execute();
    expect(await atStripe()).toBe(51);
  });

  it('leaves no gap behind what it knows when it is interrupted among new movements', async () => {
    history(4);
    await sync.execute();
    history(30);
    stripe.all.splice(
      0,
      stripe.all.length,
      ...stripe.all.map((each, n) => ({ ...each, id: `txn_${String(n)}`, at: after(n * HOUR) })),
    );
    for (let patience = 1; patience < 20; patience += 1) {
      stripe.patience = patience;
      await sync.execute().catch(() => undefined);
    }
    stripe.patience = Infinity;
    await sync.execute();
    expect(await db.count('balance_transactions')).toBeGreaterThanOrEqual(34);
    const missing = stripe.all.map(({ id }) => id);
    expect(await new PostgresBalanceMirror(db.unitOfWork, db.binding).unknown(missing)).toEqual([]);
  });

  it('finds within the hour what appears after younger ones', async () => {
    history(30);
    for (let round = 0; round < 4; round += 1) await sync.execute();
    clock.move(30 * HOUR);
    await sync.execute();
    stripe.add({ amount: 1, fee: 0, at: after(2 * HOUR + 1), source: null });
    await sync.execute();
    expect(await db.count('balance_transactions')).toBe(30);
    clock.move(HOUR + MINUTE);
    await sync.execute();
    expect(await db.count('balance_transactions')).toBe(31);
  });

  it('asks for one page while nothing is new', async () => {
    history(20);
    for (let round = 0; round < 4; round += 1) await sync.execute();
    stripe.asked = 0;
    await sync.execute();
    expect(stripe.asked).toBe(1);
  });

  it('tells of a payout once when it arrives, and once when it comes back', async () => {
    const payout: SeenPayout = {
      ...{ id: 'po_1', status: 'in_transit', amount: 900, currency: money(1).currency },
      ...{ createdAt: NOON, arrivalAt: after(HOUR) },
    };
    const source = { id: 'po_1', kind: 'payout', charge: null } as const;
    stripe.add({ category: 'payout', type: 'payout', amount: -900, fee: 0, source, payout });
    for (const status of ['in_transit', 'paid', 'paid', 'failed', 'failed']) {
      stripe.payouts.set('po_1', { ...payout, status });
      if (status === 'failed') stripe.all[0] = { ...stripe.all[0]!, id: 'txn_again', payout: { ...payout, status } };
      await sync.execute();
      await post.execute();
    }
    const kinds = (await queries.transactions({ source: 'po_1' }, 10, null)).data.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith('payout_')).sort()).toEqual(['payout_arrived', 'payout_returned']);
  });
});

describe('What waits', () => {
  it('is posted once, by however many instances at once', async () => {
    const payment = await db.settled({ money: money(5_000) });
    await db.facts.note([
      ...[1, 2, 3].map((n) => ({
        ...{ kind: 'refund_succeeded' as const, subject: `ref_${String(n)}`, paymentId: payment.id },
        ...{ amount: money(100), at: NOON, cause: 'test' },
      })),
    ]);
    stripe.add({ namedPayment: payment.id });
    await sync.execute();
    await Promise.all(Array.from({ length: 8 }, () => post.execute()));
    await post.execute();
    expect(await held()).toMatchObject({ 'customer_control gbp': 300, 'stripe_balance gbp': 4_905 });
    expect(await db.count('ledger_facts')).toBe(0);
    expect(await db.count('ledger_transactions')).toBe(4);
  });

  it('is not posted again when a fact is told again later', async () => {
    const fact = {
      kind: 'charge_succeeded',
      subject: 'pay_1',
      paymentId: 'pay_1',
      amount: money(1),
      at: NOON,
      cause: 'x',
    } as const;
    for (let times = 0; times < 3; times += 1) {
      await db.facts.note([fact]);
      await post.execute();
    }
    expect(await held()).toEqual({ 'customer_control gbp': -1, 'unsettled gbp': 1 });
    expect(await db.count('ledger_facts')).toBe(0);
  });

  it('names what it reverses, though both are posted together', async () => {
    const of = { subject: 'ref_1', paymentId: 'pay_1', amount: money(1), at: NOON, cause: 'x' };
    await db.facts.note([
      { kind: 'refund_reversed', ...of },
      { kind: 'refund_succeeded', ...of },
    ]);
    await post.execute();
    const { data } = await queries.transactions({ source: 'ref_1' }, 10, null);
    const succeeded = data.find(({ kind }) => kind === 'refund_succeeded');
    expect(data.find(({ kind }) => kind === 'refund_reversed')?.reverses).toBe(succeeded?.id);
  });

  it('belongs to a payment by its intent, by the name that its charge carries, or by its charge', async () => {
    const payment = await db.settled({ money: money(5_000) });
    await db.sql("UPDATE payments SET stripe_payment_intent = 'pi_x' WHERE id = $1", [payment.id]);
    const refund = { id: 're_1', kind: 'refund', charge: 'ch_1' } as const;
    stripe.add({ amount: 1, fee: 0, paymentIntent: 'pi_x' });
    stripe.add({ amount: 2, fee: 0, namedPayment: payment.id, at: after(1_000) });
    stripe.add({ amount: 4, fee: 0, namedPayment: 'pay_of_another_database', source: null, at: after(2_000) });
    await sync.execute();
    await post.execute();
    stripe.add({ amount: -1, fee: 0, category: 'refund', source: refund, at: after(3_000) });
    await sync.execute();
    await post.execute();
    expect(await held()).toEqual({ 'stripe_balance gbp': 6, 'suspense gbp': -4, 'unsettled gbp': -2 });
  });
});

describe('Balances', () => {
  it('are those of any instant, and what was known of it at any other', async () => {
    history(40);
    for (let round = 0; round < 4; round += 1) await sync.execute();
    await post.execute();
    for (const hours of [0, 1, 11, 12, 13, 36, 39]) {
      expect((await held(after(hours * HOUR)))['stripe_balance gbp']).toBe(hours + 1);
      expect((await held(after(hours * HOUR - 1)))['stripe_balance gbp'] ?? 0).toBe(hours);
    }
    const known = new Date();
    stripe.add({ amount: 1, fee: 0, at: after(5 * HOUR + 1), source: null });
    clock.move(30 * HOUR);
    await sync.execute();
    await post.execute();
    expect((await held(after(6 * HOUR)))['stripe_balance gbp']).toBe(8);
    expect((await held(after(6 * HOUR), known))['stripe_balance gbp']).toBe(7);
  });

  it('are listed with what made them, page by page, by account and source', async () => {
    history(5);
    for (let round = 0; round < 3; round += 1) await sync.execute();
    await post.execute();
    const ids: string[] = [];
    for (let cursor: string | null = null, pages = 0; pages < 5; pages += 1) {
      const page = await queries.transactions({ account: 'suspense' }, 2, cursor);
      ids.push(...page.data.map(({ source }) => source));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(ids).toEqual(['txn_5', 'txn_4', 'txn_3', 'txn_2', 'txn_1']);
    const [one] = (await queries.transactions({ source: 'txn_2' }, 2, null)).data;
    expect(one).toMatchObject({ kind: 'charge', cause: 'balance_transaction:txn_2', note: expect.any(String) });
    expect(one?.postings.map(({ amount }) => amount).sort()).toEqual([-1, 1]);
  });
});

describe('An audit', () => {
  const differences = async () => {
    const { findings } = await verify.execute({ askStripe: true });
    return findings.filter(({ severity }) => severity === 'difference').map(({ kind, about }) => `${kind} ${about}`);
  };

  beforeEach(async () => {
    history(5);
    for (let round = 0; round < 3; round += 1) await sync.execute();
    await post.execute();
    clock.move(100 * HOUR);
  });

  it('finds no difference where there is none, and lists what is open', async () => {
    const { findings, transactions, movements, compared } = await verify.execute({ askStripe: true });
    expect({ transactions, movements, compared }).toEqual({ transactions: 5, movements: 5, compared: 5 });
    expect(new Set(findings.map(({ severity, kind }) => `${severity} ${kind}`))).toEqual(new Set(['open suspense']));
  });

  const unguarded = (change: string) =>
    db.sql(`SET session_replication_role = replica; ${change}; RESET session_replication_role`);

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a posting that was changed',
      () => unguarded("UPDATE ledger_postings SET amount = 9 WHERE account = 'suspense'"),
      /^unbalanced ltx_/,
    ],
    ['a posting that is gone', () => unguarded('DELETE FROM ledger_postings WHERE line = 2'), /^incomplete ltx_/],
    [
      'a total that was changed',
      () => db.sql("UPDATE ledger_totals SET total = 7 WHERE span = 'day'"),
      /^wrong_total \w+ gbp$/,
    ],
    [
      'a movement that was changed',
      () => db.sql('UPDATE balance_transactions SET amount = 2, net = 2'),
      /^unlike_mirror gbp$/,
    ],
    ['a movement that was not mirrored', async () => stripe.add({ id: 'txn_new', at: NOON }), /^not_mirrored txn_new$/],
    ['a movement that Stripe has not', async () => stripe.all.pop(), /^not_at_stripe/],
    [
      'facts that nobody posts',
      () =>
        db.sql(
          `INSERT INTO ledger_facts VALUES ('charge_succeeded', 'pay_1', 'acct_1', false, 'pay_1', 1, 'gbp', now(), 'x', now() - interval '1 hour')`,
        ),
      /^facts_wait charge_succeeded$/,
    ],
  ])('finds %s', async (_what, change, found) => {
    expect(await differences()).toEqual([]);
    await change();
    expect(await differences()).toContainEqual(expect.stringMatching(found));
  });
});
