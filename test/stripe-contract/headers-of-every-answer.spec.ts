import { contract, send } from '../support/stripe-contract';
import { unique } from './plain-requests';

contract('Headers of every answer', (target) => {
  it('name each request anew, and in the error too', async () => {
    const first = await send(target(), 'GET', '/v1/customers?limit=1');
    const second = await send(target(), 'GET', '/v1/customers?limit=1');
    expect(first.headers.get('request-id')).toMatch(/^req_\w+$/);
    expect(second.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
    const failed = await send(target(), 'GET', '/v1/customers/cus_none');
    const { error } = (await failed.json()) as { error: { request_log_url: string } };
    expect(error.request_log_url).toContain(failed.headers.get('request-id') ?? 'no id');
  });

  it('echo the version that was asked for', async () => {
    const asked = await send(target(), 'GET', '/v1/customers?limit=1');
    expect(asked.headers.get('stripe-version')).toBe('2026-09-30.endive');
    const older = await send(target(), 'GET', '/v1/customers?limit=1', {
      headers: { 'Stripe-Version': '2024-06-20' },
    });
    expect(older.headers.get('stripe-version')).toBe('2024-06-20');
  });

  it('call every body JSON, an error like a success', async () => {
    for (const path of ['/v1/customers?limit=1', '/v1/customers/cus_none']) {
      expect((await send(target(), 'GET', path)).headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  it('echo the key, and mark what was answered before with the request that it was answered to', async () => {
    const headers = { 'Idempotency-Key': unique('headers') };
    const first = await send(target(), 'POST', '/v1/customers', { form: 'name=Ada', headers });
    expect(first.headers.get('idempotency-key')).toBe(headers['Idempotency-Key']);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(first.headers.get('original-request')).toBe(first.headers.get('request-id'));
    const again = await send(target(), 'POST', '/v1/customers', { form: 'name=Ada', headers });
    expect(again.headers.get('idempotency-key')).toBe(headers['Idempotency-Key']);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('original-request')).toBe(first.headers.get('request-id'));
    expect(again.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
  });

  it('say nothing of a key to which none was given', async () => {
    const response = await send(target(), 'POST', '/v1/customers', { form: 'name=Ada' });
    expect(response.headers.get('idempotency-key')).toBeNull();
    expect(response.headers.get('original-request')).toBeNull();
  });

  it('are what the SDK shows of the last answer', async () => {
    const idempotencyKey = unique('sdk');
    const { lastResponse } = await target().stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
    expect(lastResponse).toMatchObject({
      statusCode: 200,
      apiVersion: '2026-09-30.endive',
      idempotencyKey,
    });
    expect(lastResponse.requestId).toMatch(/^req_/);
  });
});
