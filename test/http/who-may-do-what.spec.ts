import { Controller, Get } from '@nestjs/common';
import { Roles } from '../../src/presentation/http/access-decorators';
import {
  ALICE,
  apiKey,
  BOB,
  CLIENT_SECRET,
  CUSTOMER_ID,
  PAYMENT_ID,
  READING_KEY,
  REVOKED_KEY,
  VIEW,
} from './support/fakes';
import { REFUND_ID } from './support/refund-fakes';
import { HttpFixture, KEY, VALID } from './support/http-app';

type Who = 'nobody' | 'customer' | 'support' | 'finance' | 'admin';

const ID = PAYMENT_ID;
const money = { nobody: 401, customer: 403, support: 403, finance: 200, admin: 200 };
const staff = { nobody: 401, customer: 403, support: 200, finance: 200, admin: 200 };
const own = { nobody: 401, customer: 200, support: 403, finance: 403, admin: 403 };
const open = { nobody: 200, customer: 200, support: 200, finance: 200, admin: 200 };

/** Every route below /api, and what each role gets. A route that is missing here fails a test. */
const MATRIX: Record<string, Record<Who, number>> = {
  'POST /api/v1/payments': { ...money, finance: 201, admin: 201 },
  'POST /api/v1/payments/:id/confirm': money,
  'POST /api/v1/payments/:id/capture': money,
  'POST /api/v1/payments/:id/cancel': money,
  'GET /api/v1/payments': staff,
  'GET /api/v1/payments/:id': staff,
  'GET /api/v1/payments/:id/timeline': staff,
  'POST /api/v1/customers': { ...money, finance: 201, admin: 201 },
  'PATCH /api/v1/customers/:id': money,
  'GET /api/v1/customers': { ...open, nobody: 401, customer: 403 },
  'GET /api/v1/customers/:id': { ...open, nobody: 401, customer: 403 },
  'POST /api/v1/customers/search': { ...open, nobody: 401, customer: 403 },
  'GET /api/v1/billing/history': own,
  'GET /api/v1/billing/payments/:id': own,
  'POST /api/v1/billing/confirm-payment': own,
  'GET /api/v1/billing/payment-methods': own,
  'POST /api/v1/billing/payment-methods/setups': { ...own, customer: 201 },
  'GET /api/v1/billing/payment-methods/setups/:id': own,
  'POST /api/v1/billing/payment-methods/:paymentMethod/default': own,
  'DELETE /api/v1/billing/payment-methods/:paymentMethod': own,
  'POST /api/v1/customers/:id/setups': { ...money, finance: 201, admin: 201 },
  'GET /api/v1/customers/:id/setups/:setupId': { ...open, nobody: 401, customer: 403 },
  'GET /api/v1/customers/:id/payment-methods': { ...open, nobody: 401, customer: 403 },
  'POST /api/v1/customers/:id/payment-methods/:paymentMethod/default': money,
  'DELETE /api/v1/customers/:id/payment-methods/:paymentMethod': money,
  'GET /api/v1/payment-methods/expiring': { ...open, nobody: 401, customer: 403 },
  'GET /api/v1/disputes': staff,
  'GET /api/v1/disputes/:id': staff,
  'POST /api/v1/disputes/:id/evidence': money,
  'POST /api/v1/disputes/:id/submit-evidence': money,
  'GET /api/v1/admin/audit': { ...money, finance: 403 },
  'GET /api/v1/admin/jobs': staff,
  'GET /api/v1/admin/jobs/:id': staff,
  'POST /api/v1/admin/jobs/redrive': money,
  'POST /api/v1/admin/jobs/:id/redrive': money,
  'POST /api/v1/admin/jobs/:id/discard': money,
  'POST /api/v1/refunds/quote': staff,
  'POST /api/v1/billing/refunds/quote': own,
  'POST /api/v1/refunds': { ...staff, support: 201, finance: 201, admin: 201 },
  'GET /api/v1/refunds': staff,
  'GET /api/v1/refunds/:id': staff,
  'POST /api/v1/refunds/:id/approve': staff,
  'POST /api/v1/refunds/:id/reject': staff,
  'POST /api/v1/refunds/:id/withdraw': staff,
  'POST /api/v1/webhooks/stripe': open,
  'GET /api/health': open,
  'GET /api/metrics': staff,
  'GET /api/health/live': open,
  'GET /api/health/ready': open,
  'GET /api/health/startup': open,
};

const BODIES: Record<string, Record<string, unknown>> = {
  '/api/v1/payments': VALID,
  '/api/v1/refunds': { paymentId: ID },
  '/api/v1/billing/confirm-payment': { paymentId: ID },
  '/api/v1/disputes/:id/evidence': { texts: { product_description: 'A course.' } },
  '/api/v1/billing/payment-methods/setups': { consent: { textVersion: 'cards-3' } },
  '/api/v1/customers/:id/setups': { consent: { textVersion: 'cards-3' } },
  '/api/v1/admin/jobs/redrive': { all: true },
  '/api/v1/admin/jobs/:id/discard': { reason: 'a test' },
  '/api/v1/refunds/quote': { paymentId: ID },
  '/api/v1/billing/refunds/quote': { paymentId: ID },
  '/api/v1/customers/search': { email: 'ada@example.com' },
};
/** What only looks like a write: what is looked for stands in the body. */
const READS = new Set(['POST /api/v1/customers/search', 'POST /api/v1/refunds/quote']);

let http: HttpFixture;
let setupId: string;
let ownSetupId: string;
beforeAll(async () => {
  http = await HttpFixture.start();
  await http.customers.begin(CUSTOMER_ID, { paymentMethod: 'pm_post' });
  await http.customers.begin(CUSTOMER_ID, { paymentMethod: 'pm_delete' });
  await http.customers.begin(ALICE, { paymentMethod: 'pm_own_post' });
  await http.customers.begin(ALICE, { paymentMethod: 'pm_own_delete' });
  const setups = [...http.customers.store.tables.setups.values()];
  const setupOf = (customer: string) => setups.find(({ customerId }) => customerId === customer)?.id ?? '';
  [setupId, ownSetupId] = [setupOf(CUSTOMER_ID), setupOf(ALICE)];
});
afterAll(() => http.app.close());

/** A dispute whose evidence may be submitted; it can be only once. */
async function answerable(): Promise<void> {
  await http.disputes.has();
  await http.disputes.draft(['product_description', { kind: 'text', text: 'A course.' }]);
}

function idFor(path: string): string {
  if (path.includes('customers')) return CUSTOMER_ID;
  if (path.includes('jobs')) return http.jobs.has();
  return path.includes('disputes') ? 'du_1' : ID;
}

async function ask(route: string, bearer: string | null) {
  if (route.includes('disputes')) await answerable();
  const [method, path] = route.split(' ') as ['GET' | 'POST' | 'PATCH' | 'DELETE', string];
  return http.ask({
    method,
    url: path
      .replace('setups/:id', `setups/${ownSetupId}`)
      .replace('refunds/:id', `refunds/${REFUND_ID}`)
      .replace(':id', idFor(path))
      .replace(':setupId', setupId)
      .replace(':paymentMethod', `pm_${path.includes('billing') ? 'own_' : ''}${method.toLowerCase()}`),
    ...(bearer === null ? {} : { bearer }),
    headers: { ...KEY, 'stripe-signature': 'good' },
    ...(method === 'GET' ? {} : { body: BODIES[path] ?? {} }),
  });
}

const token: Record<Who, string | null> = {
  nobody: null,
  customer: 'customer/alice',
  support: 'support/sue',
  finance: 'finance/fred',
  admin: 'admin',
};
const cases = Object.entries(MATRIX).flatMap(([route, expected]) =>
  (Object.keys(expected) as Who[]).map((who): [string, Who, number] => [route, who, expected[who]]),
);

it('covers every route there is', () => {
  const routes = http.routes.filter((route) => route.includes(' /api') && !route.startsWith('HEAD'));
  expect(routes.sort()).toEqual(Object.keys(MATRIX).sort());
});

it('has nothing outside /api but the documents', () => {
  const routes = http.routes.filter((route) => !route.includes(' /api'));
  expect(routes.filter((route) => !/^(GET|HEAD) \/docs(\/|$)/.test(route))).toEqual([]);
});

it.each(cases)('%s by %s gives %d', async (route, who, expected) => {
  expect((await ask(route, token[who])).status).toBe(expected);
});

it.each(cases.filter(([, who]) => who !== 'nobody' && who !== 'customer'))(
  '%s with an API key of %s gives %d',
  async (route, who, expected) => {
    expect((await ask(route, apiKey(who as 'admin'))).status).toBe(expected);
  },
);

it('does not start with a route that declares no role', async () => {
  @Controller('undeclared')
  class UndeclaredController {
    @Get('here')
    here(): string {
      return 'open to all';
    }
  }
  await expect(HttpFixture.start({ controllers: [UndeclaredController] })).rejects.toThrow(
    'Routes without @Roles(…) or @Public(): UndeclaredController.here',
  );
});

it('does not start with a route that declares no scope', async () => {
  @Controller('scopeless')
  class ScopelessController {
    @Get('here')
    @Roles('admin')
    here(): string {
      return 'open to every key';
    }
  }
  await expect(HttpFixture.start({ controllers: [ScopelessController] })).rejects.toThrow(
    'Routes without @KeyScope(…): ScopelessController.here',
  );
});

describe('a key that was narrowed to reading', () => {
  const routes = Object.entries(MATRIX).filter(([, { nobody, admin }]) => nobody === 401 && admin !== 403);

  it.each(routes.map(([route]) => route))('gets %s only if that reads', async (route) => {
    const { status, json } = await ask(route, READING_KEY);
    if (route.startsWith('GET') || READS.has(route)) expect(status).toBe(200);
    else expect([status, json.code]).toEqual([403, 'scope_missing']);
  });

  it('is not given the client secret, with which it could pay', async () => {
    const whole = await http.ask({ url: `/api/v1/payments/${ID}`, bearer: apiKey('admin') });
    expect(whole.text).toContain(CLIENT_SECRET);
    expect((await http.ask({ url: `/api/v1/payments/${ID}`, bearer: READING_KEY })).text).not.toContain(CLIENT_SECRET);
  });

  it('is told which scope is needed', async () => {
    const { json } = await ask('POST /api/v1/payments', READING_KEY);
    expect(json.detail).toContain(
      'The API key has the scope payments:read and customers:read and disputes:read and refunds:read and jobs:read and audit:read and metrics:read only; this takes payments:write.',
    );
  });
});

describe('credentials', () => {
  it.each([
    ['nothing', undefined, 'credentials_required'],
    ['another scheme', 'Basic YTpi', 'credentials_required'],
    ['no token', 'Bearer ', 'credentials_required'],
    ['two tokens', 'Bearer admin admin', 'credentials_required'],
    ['an unknown token', 'Bearer nonsense', 'credentials_invalid'],
    ['an expired token', 'Bearer expired', 'credentials_expired'],
    ['a token of tomorrow', 'Bearer early', 'credentials_invalid'],
    ['a revoked key', `Bearer ${REVOKED_KEY}`, 'credentials_invalid'],
    ['a key with another secret', `Bearer ${apiKey('admin').replace(/A$/, 'E')}`, 'credentials_invalid'],
    ['a key with bits in its padding', `Bearer ${apiKey('admin').replace(/A$/, 'B')}`, 'credentials_invalid'],
    ['an unknown key', `Bearer ck_01jd8x3v5ze6w9q2r4t7y8v1p9_${'A'.repeat(43)}`, 'credentials_invalid'],
    ['half a key', `Bearer ${apiKey('admin').slice(0, 40)}`, 'credentials_invalid'],
  ])('that are %s are refused', async (_what, authorization, code) => {
    const headers = authorization === undefined ? {} : { authorization };
    const { status, json, headers: answered } = await http.ask({ url: '/api/v1/payments', headers });
    expect([status, json.code]).toEqual([401, code]);
    expect(answered['www-authenticate']).toMatch(/^Bearer realm="cashdesk"/);
  });
});

describe('a customer', () => {
  const own = (path: string, bearer = 'customer/bob') => http.ask({ url: `/api/v1/billing/${path}`, bearer });
  const confirm = (paymentId: string, bearer: string) =>
    http.ask({ method: 'POST', url: '/api/v1/billing/confirm-payment', bearer, headers: KEY, body: { paymentId } });

  it('sees a payment that was made for them', async () => {
    expect((await own(`payments/${ID}`, 'customer/alice')).json.id).toBe(ID);
  });

  it("finds nothing where somebody else's payment is", async () => {
    const theirs = await own(`payments/${ID}`);
    const nothing = await own(`payments/${ID.replace(/0$/, '1')}`);
    expect(theirs.status).toBe(404);
    expect({ ...theirs.json, requestId: '' }).toEqual({ ...nothing.json, requestId: '' });
  });

  it.each(['customer/bob', 'customer/stranger'])("cannot pay somebody else's payment as %s", async (bearer) => {
    http.confirm.commands.length = 0;
    const theirs = await confirm(ID, bearer);
    const nothing = await confirm(ID.replace(/0$/, '1'), bearer);
    expect(theirs.status).toBe(404);
    expect({ ...theirs.json, requestId: '' }).toEqual({ ...nothing.json, requestId: '' });
    expect(http.confirm.commands).toEqual([]);
  });

  it('lists their own', async () => {
    http.queries.asked = [];
    await own('history?status=succeeded&limit=5');
    expect(http.queries.asked).toEqual([{ filter: { status: 'succeeded', customer: BOB }, limit: 5, cursor: null }]);
  });

  it('of whom nothing is known has no payments, and those of nobody are not theirs', async () => {
    http.queries.asked = [];
    expect((await own('history', 'customer/stranger')).json).toEqual({ data: [], nextCursor: null });
    expect(http.queries.asked).toEqual([]);
    http.queries.view = { ...VIEW, customer: null };
    expect((await own(`payments/${ID}`, 'customer/stranger')).status).toBe(404);
    http.queries.view = VIEW;
  });

  it.each(['customer=cus_01jd8x3v5ze6w9q2r4t7y8v1pa', 'attention=true', 'reference=r', 'currency=gbp'])(
    'cannot ask for %s',
    async (query) => {
      expect((await own(`history?${query}`)).status).toBe(400);
    },
  );

  it.each([
    ['customer', ALICE],
    ['offSession', true],
    ['amount', 1],
    ['captureMethod', 'manual'],
    ['status', 'succeeded'],
  ])('cannot set %s', async (field, value) => {
    const body = { paymentId: ID, [field]: value };
    const url = '/api/v1/billing/confirm-payment';
    const answer = await http.ask({ method: 'POST', url, bearer: 'customer/alice', headers: KEY, body });
    expect([answer.status, answer.json.errors]).toEqual([
      400,
      [{ field, reason: 'is not a property of this request' }],
    ]);
  });

  it('pays with their own hands, and is given what finishes it', async () => {
    http.confirm.commands.length = 0;
    expect((await confirm(ID, 'customer/alice')).json.clientSecret).toBe(CLIENT_SECRET);
    expect(http.confirm.commands).toMatchObject([{ paymentId: ID, offSession: false, paymentMethod: null }]);
    const { principal, route } = http.confirm.commands[0]!.idempotency;
    expect([principal, route]).toEqual(['customer:principal/616c696365', 'POST /billing/confirm-payment']);
  });
});
