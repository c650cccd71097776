import { apiKey } from './support/fakes';
import { HttpFixture } from './support/http-app';

const JOBS = '/api/v1/admin/jobs';

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const get = (url: string) => http.ask({ url, bearer: apiKey('support') });
const post = (url: string, body: Record<string, unknown> = {}, key?: string) =>
  http.ask({
    method: 'POST',
    url,
    bearer: apiKey('finance'),
    body,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });

it('lists jobs and shows one', async () => {
  const id = http.jobs.has();
  http.jobs.has({ state: 'waiting' });
  expect((await get(`${JOBS}?state=dead`)).json).toMatchObject({ data: [{ id, state: 'dead' }], nextCursor: null });
  expect((await get(`${JOBS}/${id}`)).json).toMatchObject({ id, failures: [{ try: 14 }], events: [{ id: 'evt_1' }] });
  expect((await get(`${JOBS}?state=lost`)).status).toBe(400);
  expect((await get(`${JOBS}?olderThan=long`)).status).toBe(400);
  for (const unknown of ['job_000000000009', 'pi_1', '..%2F']) {
    expect((await get(`${JOBS}/${unknown}`)).json).toMatchObject({ status: 404 });
  }
});

it('redrives one, and says so when its state forbids it', async () => {
  const id = http.jobs.has();
  expect(await post(`${JOBS}/${id}/redrive`)).toMatchObject({ status: 200, json: { id, state: 'waiting' } });
  const working = http.jobs.has({ state: 'working' });
  expect(await post(`${JOBS}/${working}/redrive`)).toMatchObject({
    status: 409,
    json: { code: 'job_state_forbids', jobState: 'working' },
  });
});

it('redrives many, and only those that are meant', async () => {
  http.jobs.has({ failure: 'Error: timeout' });
  http.jobs.has();
  expect(await post(`${JOBS}/redrive`)).toMatchObject({ status: 400, json: { errors: [{ field: 'all' }] } });
  expect((await post(`${JOBS}/redrive`, { failure: 'timeout' }, 'k1')).json).toEqual({ redriven: 1, left: 0 });
  expect((await post(`${JOBS}/redrive`, { all: true }, 'k2')).json).toEqual({ redriven: 1, left: 0 });
  http.jobs.has();
  expect((await post(`${JOBS}/redrive`, { all: true }, 'k2')).json).toEqual({ redriven: 0, left: 1 });
  expect((await post(`${JOBS}/redrive`, { failure: 'x' }, 'k2')).json).toMatchObject({
    code: 'idempotency_key_reused',
  });
});

it('discards with a reason, which is kept, and stays out of the audit trail', async () => {
  const id = http.jobs.has();
  expect((await post(`${JOBS}/${id}/discard`)).status).toBe(400);
  expect((await post(`${JOBS}/${id}/discard`, { reason: 'Ada asked us to' })).json).toMatchObject({
    state: 'discarded',
    discarded: { reason: 'Ada asked us to', by: expect.stringMatching(/^key:key_/) },
  });
  const { json } = await http.ask({ url: '/api/v1/admin/audit', bearer: apiKey('admin') });
  const [done] = json.data as Record<string, unknown>[];
  expect(done).toMatchObject({ action: 'POST /admin/jobs/{id}/discard', target: id });
  expect(JSON.stringify(json)).not.toContain('Ada');
});
