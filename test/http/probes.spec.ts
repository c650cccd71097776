import { HttpFixture } from './support/http-app';

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const probe = (name: string) => http.ask({ url: `/api/health${name}` });
const databaseDown = () => {
  http.health.entries = [
    { name: 'database', status: 'down', detail: 'It cannot be asked.' },
    { name: 'stripe', status: 'up', detail: null },
  ];
};

it('lives without touching anything', async () => {
  databaseDown();
  expect((await probe('/live')).json).toEqual({ status: 'ok' });
  expect(http.health.calls).toBe(0);
});

it('is ready while the database is up, whatever else is down', async () => {
  http.health.entries[1] = { name: 'stripe', status: 'down', detail: null };
  expect((await probe('/ready')).status).toBe(200);
  expect((await probe('')).status).toBe(503);
});

it('is not ready without the database', async () => {
  databaseDown();
  const { status, json } = await probe('/ready');
  expect(status).toBe(503);
  expect(json).toMatchObject({ code: 'not_ready', checks: { database: { status: 'down' } } });
});

it('is not ready while it drains', async () => {
  http.http.drain();
  expect((await probe('/ready')).json.code).toBe('shutting_down');
  expect((await probe('/live')).status).toBe(200);
});

it('has started once the database was there, for good', async () => {
  const entries = http.health.entries;
  databaseDown();
  expect((await probe('/startup')).status).toBe(503);
  http.health.entries = entries;
  expect((await probe('/startup')).status).toBe(200);
  databaseDown();
  expect((await probe('/startup')).status).toBe(200);
});

it('shows all parts, and takes a degraded one for working', async () => {
  http.health.entries[1] = { name: 'stripe', status: 'degraded', detail: 'Stripe does not answer.' };
  const { status, json } = await probe('');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    status: 'ok',
    details: { database: { status: 'up' }, stripe: { degraded: true, detail: 'Stripe does not answer.' } },
  });
});
