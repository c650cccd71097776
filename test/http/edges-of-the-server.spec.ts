import { gzipSync } from 'node:zlib';
import { apiKey, PAYMENT_ID } from './support/fakes';
import { HttpFixture, KEY, VALID } from './support/http-app';
import { answerTo, listening, opened, problemIn, untilClosed } from './support/raw-request';

const JSON_TYPE = { 'content-type': 'application/json' };
const URL_OF_WEBHOOK = '/api/v1/webhooks/stripe';

describe('a request', () => {
  let http: HttpFixture;
  beforeAll(async () => {
    http = await HttpFixture.start();
  });
  afterAll(() => http.app.close());

  const create = (headers: Record<string, string>, body: string | Buffer) =>
    http.ask({
      method: 'POST',
      url: '/api/v1/payments',
      bearer: apiKey('admin'),
      headers: { ...KEY, ...headers },
      body,
    });

  it.each([
    ['text/plain', '{"amount":1}'],
    ['application/x-www-form-urlencoded', 'amount=1'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/jsonp', '{}'],
    ['application/merge-patch+json', '{}'],
    ['nonsense', '{}'],
  ])('with a body of %s is refused', async (type, body) => {
    const { status, json } = await create({ 'content-type': type }, body);
    expect([status, json.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('with a body of no type is refused', async () => {
    const { status, json } = await create({}, Buffer.from('{}'));
    expect([status, json.code]).toEqual([415, 'unsupported_media_type']);
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON'])('with a body of %s is taken', async (type) => {
    expect((await create({ 'content-type': type }, JSON.stringify(VALID))).status).toBe(201);
  });

  it.each(['gzip', 'br', 'identity', 'x'])('with a body that is encoded as %s is refused unread', async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, 'a'));
    const { status, json } = await create({ ...JSON_TYPE, 'content-encoding': encoding }, bomb);
    expect([status, json.code]).toEqual([415, 'unsupported_content_encoding']);
  });

  it('with more than 100 KB is refused', async () => {
    const fits = JSON.stringify({ ...VALID, description: 'a'.repeat(90_000) });
    expect((await create(JSON_TYPE, fits)).json.code).toBe('invalid_request');
    const { status, json } = await create(JSON_TYPE, JSON.stringify({ a: 'a'.repeat(102_400) }));
    expect([status, json.code]).toEqual([413, 'payload_too_large']);
  });

  it.each([
    ['without a body and a type', {}],
    ['without a body, though with a type', JSON_TYPE],
  ])('%s is enough to cancel', async (_how, headers) => {
    const url = `/api/v1/payments/${PAYMENT_ID}/cancel`;
    const { status } = await http.ask({
      method: 'POST',
      url,
      bearer: apiKey('admin'),
      headers: { ...KEY, ...headers },
    });
    expect(status).toBe(200);
    expect(http.cancel.commands.at(-1)).toMatchObject({
      reason: 'requested_by_customer',
      by: expect.stringMatching(/^key:key_/),
    });
  });

  it.each([
    ['/api/payments', 200],
    ['/api/v1/payments', 200],
    ['/api/payments?limit=1', 200],
    ['/api/v2/payments', 404],
    ['/api/v1/v1/payments', 404],
    ['/payments', 404],
    ['/api/health', 200],
    ['/api/v1/health', 404],
    ['/api/healthy', 404],
    ['/', 404],
    ['/api', 404],
  ])('to %s gives %d', async (url, expected) => {
    expect((await http.ask({ url, bearer: apiKey('admin') })).status).toBe(expected);
  });

  it.each([
    ['/api/v1/%ff', 400, 'bad_request'],
    [`/api/v1/payments/${'a'.repeat(500)}`, 414, 'uri_too_long'],
    ['/api/v1/nothing', 404, 'not_found'],
  ])('to %s is refused as a problem', async (url, status, code) => {
    const answer = await http.ask({ url, bearer: apiKey('admin') });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({
      type: `/docs/problems#${code}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      code,
      requestId: answer.headers['x-request-id'],
    });
  });

  it('has an id of ours, whatever it brings', async () => {
    const { headers } = await http.ask({
      url: '/api/health/live',
      headers: { 'x-request-id': 'forged\t1', 'request-id': 'x' },
    });
    expect(headers['x-request-id']).toMatch(/^req_\d+$/);
  });

  it('is answered with the headers that browsers need to be careful', async () => {
    const { headers } = await http.ask({ url: '/api/health/live' });
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none';base-uri 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('the server', () => {
  let http: HttpFixture;
  let port: number;
  beforeAll(async () => {
    http = await HttpFixture.start({ requestTimeoutMs: 600, headersTimeoutMs: 300 });
    port = await listening(http);
  });
  afterAll(() => http.app.close());

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'bad_request'],
    ['a broken header', 'GET / HTTP/1.1\r\nHost: a\r\nbroken header\r\n\r\n', 400, 'bad_request'],
    ['no host', 'GET /api/health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'bad_request'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'bad_request'],
    [
      'an expectation of its own',
      'GET /api/health/live HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
      417,
      'expectation_failed',
    ],
    ['half a request', 'GET / HTTP/1.1\r\nHost: a\r\n', 408, 'request_timeout'],
  ])('answers %s with a problem', async (_what, bytes, status, code) => {
    const answer = await answerTo(port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
    expect(answer).toMatch(/x-request-id: req_/i);
    expect(problemIn(answer)).toMatchObject({
      status,
      code,
      type: `/docs/problems#${code}`,
      requestId: expect.any(String),
    });
  });

  it('takes no more than it was told from a body without a length', async () => {
    const chunk = 'a'.repeat(60_000);
    const framed = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
    const head =
      'POST /api/v1/payments HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await answerTo(port, `${head}${framed}${framed}`);
    expect(problemIn(answer)).toMatchObject({ code: 'payload_too_large' });
  });
});

describe('a server that drains', () => {
  it('is not ready, closes each connection after its answer, and cuts what is left at the deadline', async () => {
    const http = await HttpFixture.start();
    const port = await listening(http);
    const head = 'Host: a\r\n\r\n';
    const idle = await opened(port);
    const halfway = await opened(port);
    halfway.write('POST /api/v1/payments HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n');
    const live = untilClosed(idle);
    const cut = untilClosed(halfway);
    http.http.drain();
    const ready = await http.ask({ url: '/api/health/ready' });
    expect([ready.status, ready.json.code]).toEqual([503, 'shutting_down']);
    expect(ready.headers.connection).toBe('close');
    idle.write(`GET /api/health/live HTTP/1.1\r\n${head}`);
    expect(await live).toMatch(/^HTTP\/1\.1 200 [^]*connection: close/i);
    const begun = Date.now();
    await http.http.close(200);
    await cut;
    expect(Date.now() - begun).toBeLessThan(5_000);
  });
});

describe('the webhook', () => {
  it('is taken from listed addresses only, when any are listed', async () => {
    const http = await HttpFixture.start({ webhookSources: ['10.0.0.0/8', '2001:db8::1'] });
    const from = (remoteAddress: string) =>
      http.app.inject({
        method: 'POST',
        url: URL_OF_WEBHOOK,
        remoteAddress,
        headers: { ...JSON_TYPE, 'stripe-signature': 'good', 'x-forwarded-for': '10.1.1.1' },
        payload: '{}',
      });
    const statuses = await Promise.all(
      ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1', '11.0.0.1', '2001:db8::2', '127.0.0.1'].map(
        async (address) => (await from(address)).statusCode,
      ),
    );
    expect(statuses).toEqual([200, 200, 200, 403, 403, 403]);
    expect((await http.ask({ url: '/api/health/live' })).status).toBe(200);
    await http.app.close();
  });
});
