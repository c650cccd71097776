import { Controller, Get, Post, Put } from '@nestjs/common';
import { ChainInspection } from '../../src/domain/audit/chain-inspection';
import { headAt } from '../../src/domain/audit/chain';
import { KeyScope, Roles } from '../../src/presentation/http/access-decorators';
import { apiKey, CUSTOMER_ID, PAYMENT_ID, READING_KEY } from './support/fakes';
import { HttpFixture, KEY, VALID, type Ask } from './support/http-app';

/** What only looks like a write. A route that is added here changes nothing for anybody. */
const READS = new Set(['POST /api/v1/customers/search', 'POST /api/v1/refunds/quote']);
/** What an application's backend does all day. */
const BACKEND_WORK = new Set(['POST /api/v1/payments', 'POST /api/v1/payments/:id/confirm']);

@Controller({ path: 'unmarked', version: '1' })
@Roles('admin')
@KeyScope('payments:write')
class UnmarkedController {
  @Put(':id')
  change(): object {
    return { id: PAYMENT_ID };
  }
  @Post()
  fail(): never {
    throw new Error('boom');
  }
  @Get()
  read(): object {
    return {};
  }
}

let http: HttpFixture;
beforeAll(async () => {
  http = await HttpFixture.start({ controllers: [UnmarkedController] });
});
beforeEach(() => {
  http.audit.entries = [];
  http.audit.lost.length = 0;
});
afterAll(() => http.app.close());

const writing = (): string[] =>
  http.routes.filter((route) => route.includes(' /api/') && !/^(GET|HEAD|OPTIONS) |webhooks\/stripe$/.test(route));

function askRoute(route: string, bearer: string) {
  const [method, path] = route.split(' ') as [NonNullable<Ask['method']>, string];
  const url = path
    .replace(':paymentMethod', 'pm_12345678')
    .replace(':id', path.includes('customers') ? CUSTOMER_ID : PAYMENT_ID);
  return http.ask({ method, url, bearer, headers: KEY, ...(method === 'GET' ? {} : { body: {} }) });
}

const phases = () => http.audit.entries.map(({ phase }) => phase);
const payment = (path: string, bearer: string, body: Record<string, unknown> = {}) =>
  http.ask({ method: 'POST', url: `/api/v1/payments/${PAYMENT_ID}/${path}`, bearer, headers: KEY, body });

describe('What staff do', () => {
  it('is recorded on every route that writes, also one that says nothing of it', async () => {
    expect(writing()).toEqual(expect.arrayContaining(['PUT /api/v1/unmarked/:id', 'POST /api/v1/payments']));
    for (const route of writing()) {
      http.audit.entries = [];
      const { status } = await askRoute(route, 'admin/ada');
      const expected = status === 403 ? ['denied'] : READS.has(route) ? [] : ['asked', 'outcome'];
      expect([route, status, phases()]).toEqual([route, status, expected]);
      for (const entry of http.audit.entries) {
        expect(entry).toMatchObject({
          principal: 'sub:ada',
          role: 'admin',
          channel: 'http',
          requestId: expect.stringMatching(/^req_/),
        });
        expect(entry.action).toBe(route.replace('/api/v1', '').replaceAll(/:(\w+)/g, '{$1}'));
        if (entry.phase !== 'asked') expect(entry.status).toBe(status);
      }
    }
  });

  it('is recorded with an API key too, but for what a backend does all day', async () => {
    for (const route of writing()) {
      http.audit.entries = [];
      const { status } = await askRoute(route, apiKey('admin'));
      const silent = READS.has(route) || BACKEND_WORK.has(route);
      expect([route, phases()]).toEqual([route, status === 403 ? ['denied'] : silent ? [] : ['asked', 'outcome']]);
    }
  });

  it('is recorded as an attempt where it is not theirs to do', async () => {
    await payment('capture', 'support/sue');
    await payment('capture', READING_KEY);
    expect(http.audit.entries).toMatchObject([
      {
        phase: 'denied',
        principal: 'sub:sue',
        action: 'POST /payments/{id}/capture',
        target: PAYMENT_ID,
        status: 403,
        code: 'forbidden',
      },
      { phase: 'denied', principal: expect.stringMatching(/^key:/), code: 'scope_missing' },
    ]);
  });

  it('leaves nothing where they only read, nor does what customers do', async () => {
    for (const route of http.routes.filter((each) => each.startsWith('GET /api/v1/')))
      await askRoute(route, 'support/sue');
    for (const route of writing()) await askRoute(route, 'customer/alice');
    await payment('capture', 'nobody');
    expect(http.audit.entries).toEqual([]);
  });

  it('is said with its object, what was given, and how it ended', async () => {
    await payment('capture', 'finance/fred', { amount: 3000 });
    await payment('cancel', 'finance/fred', { reason: 'duplicate' });
    await http.ask({ method: 'POST', url: '/api/v1/payments', bearer: 'finance/fred', headers: KEY, body: VALID });
    const given = { amount: 4999, currency: 'gbp', reference: 'given' };
    const of = { principal: 'sub:fred', role: 'finance' };
    expect(
      http.audit.entries.map(({ detail, ...entry }) => ({ ...entry, detail: detail && JSON.parse(detail) })),
    ).toMatchObject([
      { ...of, phase: 'asked', action: 'POST /payments/{id}/capture', target: PAYMENT_ID, detail: { amount: 3000 } },
      { ...of, phase: 'outcome', asked: 1, target: PAYMENT_ID, status: 200, code: null, detail: null },
      {
        ...of,
        phase: 'asked',
        action: 'POST /payments/{id}/cancel',
        target: PAYMENT_ID,
        detail: { reason: 'duplicate' },
      },
      { ...of, phase: 'outcome', asked: 3, target: PAYMENT_ID, status: 200 },
      { ...of, phase: 'asked', action: 'POST /payments', target: null, detail: given },
      { ...of, phase: 'outcome', asked: 5, target: PAYMENT_ID, status: 201 },
    ]);
  });

  it('is said to have failed when it did, also by our own fault', async () => {
    await payment('capture', 'finance/fred', { amount: -1 });
    await http.ask({
      method: 'PATCH',
      url: '/api/v1/customers/cus_01jd8x3v5ze6w9q2r4t7y8v1pz',
      bearer: 'admin/ada',
      body: {},
    });
    await http.ask({ method: 'POST', url: '/api/v1/unmarked', bearer: 'admin/ada', body: {} });
    expect(http.audit.entries.filter(({ phase }) => phase === 'outcome')).toMatchObject([
      { status: 400, code: 'invalid_request', target: PAYMENT_ID },
      { status: 404, code: 'customer_not_found', target: 'cus_01jd8x3v5ze6w9q2r4t7y8v1pz' },
      { status: 500, code: 'internal_error' },
    ]);
  });

  it('keeps none of what somebody wrote: no texts, no names of fields, no paths, no numbers of cards', async () => {
    const body = { name: 'Ada Lovelace', email: 'ada@example.com', metadata: { ada: 'secret' }, unknownada: 1 };
    await http.ask({ method: 'POST', url: '/api/v1/customers', bearer: 'admin/ada', body: { ...body, reason: 'ada' } });
    await http.ask({ method: 'PATCH', url: '/api/v1/customers/lovelace', bearer: 'admin/ada', body });
    await payment('capture', 'admin/ada', { amount: 4242424242424242 });
    const kept = http.audit.entries
      .map(({ action, target, detail }) => JSON.stringify({ action, target, detail }))
      .join();
    expect(kept).not.toMatch(/\bada|lovelace|4242/i);
    expect(http.audit.entries[0]!.detail).toBe('{"email":"given","name":"given","metadata":"given"}');
  });

  it('is not done when it cannot be recorded', async () => {
    http.capture.commands.length = 0;
    http.audit.failures = [Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })];
    expect((await payment('capture', 'admin/ada')).json.code).toBe('database_unavailable');
    expect(http.capture.commands).toEqual([]);
    http.audit.failures = [Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })];
    expect((await payment('capture', 'support/sue')).json.code).toBe('database_unavailable');
  });

  it('is answered truly when its outcome cannot be recorded, and stays open in the trail', async () => {
    http.audit.failures = [null, new Error('gone')];
    expect((await payment('capture', 'admin/ada')).status).toBe(200);
    expect(phases()).toEqual(['asked']);
    expect(http.audit.lost).toMatchObject([{ sequence: 1 }]);
  });

  it('is one unbroken chain when twenty do it at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => payment('capture', `finance/fred${String(n)}`)));
    const { mac, entries } = http.audit;
    const inspection = new ChainInspection(mac, headAt(mac, entries.at(-1)!));
    for (const entry of entries) inspection.accept(entry);
    expect(inspection.end()).toMatchObject({ entries: 40, damaged: 0, unfinished: [] });
  });
});

describe('The list of it', () => {
  it('is shown to admins, filtered and by pages', async () => {
    await payment('capture', 'finance/fred', { amount: 3000 });
    http.auditQueries.asked.length = 0;
    const url =
      '/api/v1/admin/audit?principal=sub:fred&action=keys%20revoke&since=2026-12-01T10:00:00Z&limit=5&cursor=abc';
    const { status, json } = await http.ask({ url, bearer: 'admin/ada' });
    expect(status).toBe(200);
    expect(http.auditQueries.asked).toEqual([
      [{ principal: 'sub:fred', action: 'keys revoke', since: new Date('2026-12-01T10:00:00Z') }, 5, 'abc'],
    ]);
    const shown = { requestId: expect.any(String), principal: 'sub:fred', role: 'finance', channel: 'http' };
    const what = {
      action: 'POST /payments/{id}/capture',
      target: PAYMENT_ID,
      code: null,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    const occurredAt = expect.stringMatching(/^2026-12-01T10:00:00\.\d{6}Z$/);
    expect(json).toEqual({
      data: [
        { ...shown, ...what, occurredAt, sequence: 2, phase: 'outcome', asked: 1, status: 200, detail: null },
        {
          ...shown,
          ...what,
          occurredAt,
          sequence: 1,
          phase: 'asked',
          asked: null,
          status: null,
          detail: { amount: 3000 },
        },
      ],
      nextCursor: null,
    });
  });

  it.each(['since=yesterday', 'limit=0', 'principal=', 'target=pay_1'])('refuses %s', async (query) => {
    expect((await http.ask({ url: `/api/v1/admin/audit?${query}`, bearer: 'admin' })).status).toBe(400);
  });
});
