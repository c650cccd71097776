import { HttpFixture } from './support/http-app';

const URL_OF_WEBHOOK = '/api/v1/webhooks/stripe';
const SIGNED = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': 'good' };

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
});
afterEach(() => http.app.close());

const deliver = (body: string | Buffer, headers: Record<string, string> = SIGNED, url = URL_OF_WEBHOOK) =>
  http.ask({ method: 'POST', url, headers, body });

it('hands on the very bytes that came, and answers once they are stored', async () => {
  const body = '{ "b":1,\n\t"a" : "\\u00e9é" , "__proto__": {} }';
  const { status, json } = await deliver(body);
  expect([status, json]).toEqual([200, { received: true }]);
  expect(Buffer.from(http.verifier.seen[0]!).toString('utf8')).toBe(body);
  expect(http.inbox.stored).toHaveLength(1);
});

it('is reached without a version too', async () => {
  expect((await deliver('{}', SIGNED, '/api/webhooks/stripe')).status).toBe(200);
});

it('keeps bytes that are no text', async () => {
  const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
  await deliver(body);
  expect(Buffer.compare(Buffer.from(http.verifier.seen[0]!), body)).toBe(0);
});

it.each([
  ['no signature', { 'content-type': 'application/json' }, 'webhook_signature_invalid'],
  ['a wrong one', { ...SIGNED, 'stripe-signature': 'bad' }, 'webhook_signature_invalid'],
])('refuses a delivery with %s, and stores nothing', async (_what, headers, code) => {
  const { status, json } = await deliver('{}', headers);
  expect([status, json.code]).toEqual([400, code]);
  expect(http.inbox.stored).toEqual([]);
});

it.each([
  ['timestamp', 'webhook_timestamp_refused'],
  ['malformed', 'webhook_malformed'],
] as const)('refuses what the verifier finds to be of a wrong %s', async (kind, code) => {
  http.verifier.refusal = { kind, detail: 'It is what it is.' };
  const { status, json } = await deliver('not json');
  expect([status, json.code]).toEqual([400, code]);
  expect(json.detail).toMatch(/^It is what it is\. ./);
});

it('refuses an event of another mode', async () => {
  http.verifier.livemode = true;
  expect((await deliver('{}')).json.code).toBe('webhook_foreign');
});

it('takes 512 KB and no more', async () => {
  expect((await deliver(Buffer.alloc(500_000, ' '))).status).toBe(200);
  const { status, json } = await deliver(Buffer.alloc(10_000_000, ' '));
  expect([status, json.code]).toEqual([413, 'payload_too_large']);
  expect(http.inbox.stored).toHaveLength(1);
});

it('takes neither compressed nor other bodies', async () => {
  expect((await deliver('{}', { ...SIGNED, 'content-encoding': 'gzip' })).status).toBe(415);
  expect((await deliver('{}', { ...SIGNED, 'content-type': 'text/plain' })).status).toBe(415);
  expect(http.verifier.seen).toEqual([]);
});

it('never says 200 when the event could not be stored', async () => {
  http.inbox.failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const { status, json, headers } = await deliver('{}');
  expect([status, json.code, headers['retry-after']]).toEqual([503, 'database_unavailable', '2']);
  http.inbox.failure = new Error('disk full');
  expect((await deliver('{}')).status).toBe(500);
});
