import { createHmac } from 'node:crypto';
import { StripeWebhookVerifier, type WebhookSecret } from '../../src/infrastructure/stripe/stripe-webhook-verifier';
import { after, HOUR, MINUTE, NOON, SECOND } from '../support/samples';

const SECRET = 'whsec_current';

const EVENT = {
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  api_version: '2026-09-30.endive',
  livemode: false,
  created: NOON.getTime() / 1_000,
  data: { object: { object: 'payment_intent', id: 'pi_1', description: 'Zürich — 2 Nächte' } },
};
const BODY = JSON.stringify(EVENT);

function sign(body: string | Buffer, secret = SECRET, at: Date = NOON, scheme = 'v1'): string {
  const t = String(Math.floor(at.getTime() / 1_000));
  return `t=${t},${scheme}=${hmac(t, body, secret)}`;
}

function hmac(t: string, body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');
}

function verify(body: string | Buffer, signature: string | undefined, now = NOON, secrets = [only(SECRET)]): string {
  const result = new StripeWebhookVerifier(secrets).verify(Buffer.from(body), signature, now);
  return result.ok ? result.value.id : result.error.kind;
}

const only = (secret: string, expiresAt: Date | null = null): WebhookSecret => ({ secret, expiresAt });

describe('A delivery', () => {
  it('that Stripe signed is read: what it speaks of, and its bytes as they came', () => {
    const verifier = new StripeWebhookVerifier([only(SECRET)]);
    expect(verifier.verify(Buffer.from(BODY), sign(BODY), NOON)).toEqual({
      ok: true,
      value: {
        id: 'evt_1',
        type: 'payment_intent.succeeded',
        apiVersion: '2026-09-30.endive',
        livemode: false,
        account: null,
        created: NOON,
        objectType: 'payment_intent',
        objectId: 'pi_1',
        intent: 'pi_1',
        stripeRequest: null,
        payload: BODY,
      },
    });
  });

  it.each<[string, unknown, string | null]>([
    ['a request', { id: 'req_1', idempotency_key: 'cashdesk-1' }, 'req_1'],
    ['a request of before 2017', 'req_1', 'req_1'],
    ['nobody', { id: null, idempotency_key: 'cashdesk-1' }, null],
    ['nobody, as it was said before 2017', null, null],
    ['something odd', { id: 7 }, null],
  ])('caused by %s says so', (_what, request, stripeRequest) => {
    const body = JSON.stringify({ ...(JSON.parse(BODY) as object), request });
    const verifier = new StripeWebhookVerifier([only(SECRET)]);
    expect(verifier.verify(Buffer.from(body), sign(body), NOON)).toMatchObject({ ok: true, value: { stripeRequest } });
  });

  it.each<[string, string | undefined]>([
    ['unsigned', undefined],
    ['signed with nothing', ''],
    ['signed with words', 'trust me'],
    ['signed without a time', `v1=${hmac('', BODY, SECRET)}`],
    ['signed with another secret', sign(BODY, 'whsec_other')],
    ['signed with the empty secret', sign(BODY, '')],
    ['signed with v0 only', sign(BODY, SECRET, NOON, 'v0')],
    ['signed for another time', sign(BODY).replace(/t=\d+/, `t=${String(NOON.getTime() / 1_000 + 1)}`)],
    ['signed for another body', sign(`${BODY} `)],
    ['signed with half a signature', sign(BODY).slice(0, -32)],
  ])('%s is refused', (_what, signature) => {
    expect(verify(BODY, signature)).toBe('signature');
  });

  it('whose body was written anew is refused', () => {
    expect(verify(JSON.stringify(EVENT, null, 2), sign(BODY))).toBe('signature');
    expect(verify(BODY.replace('ü', '\\u00fc'), sign(BODY))).toBe('signature');
  });

  it.each([
    [299 * SECOND, 'evt_1'],
    [300 * SECOND, 'evt_1'],
    [301 * SECOND, 'timestamp'],
    [HOUR, 'timestamp'],
    [-300 * SECOND, 'evt_1'],
    [-301 * SECOND, 'timestamp'],
    [-HOUR, 'timestamp'],
  ])('that is %d ms old is %s', (age, answer) => {
    expect(verify(BODY, sign(BODY), after(age))).toBe(answer);
  });

  it('that is old does not get in by a second time in its header', () => {
    const old = sign(BODY, SECRET, after(-HOUR));
    const t = `t=${String(NOON.getTime() / 1_000)}`;
    expect(verify(BODY, `${t},${old}`)).toBe('signature');
    expect(verify(BODY, `${old},${t}`)).not.toBe('evt_1');
  });

  it('is verified by the time that is passed in, not by the clock of this machine', () => {
    const then = new Date('2031-05-05T05:05:05Z');
    expect(verify(BODY, sign(BODY, SECRET, then), then)).toBe('evt_1');
    expect(verify(BODY, sign(BODY, SECRET, new Date()), then)).toBe('timestamp');
  });

  it.each(['not JSON', '', '{', 'null', '5', '"evt_1"', '[]', '{}', '{"object":"event"}'])(
    'that is signed but reads %j is no event',
    (body) => {
      expect(['malformed', 'signature']).toContain(verify(body, sign(body)));
    },
  );

  it.each([
    ['no id', { id: undefined }],
    ['an id of another kind', { id: 'pi_1' }],
    ['an id that is SQL', { id: "evt_1'; DROP TABLE payments" }],
    ['an id that is too long', { id: `evt_${'x'.repeat(251)}` }],
    ['no type', { type: 7 }],
    ['no mode', { livemode: 'yes' }],
    ['no time', { created: 'now' }],
    ['no data', { data: null }],
    ['no object', { data: { object: null } }],
    ['an object that is text', { data: { object: 'pi_1' } }],
  ])('that is signed but has %s is no event', (_what, change) => {
    const body = JSON.stringify({ ...EVENT, ...change });
    expect(verify(body, sign(body))).toBe('malformed');
  });

  it.each([
    [{ object: 'charge', id: 'ch_1', payment_intent: 'pi_9' }, 'pi_9'],
    [{ object: 'charge', id: 'ch_1', payment_intent: { id: 'pi_9', object: 'payment_intent' } }, 'pi_9'],
    [{ object: 'charge', id: 'ch_1', payment_intent: null }, null],
    [{ object: 'charge', id: 'ch_1' }, null],
    [{ object: 'payment_intent', id: 7 }, null],
  ])('about %j speaks of %s', (object, intent) => {
    const body = JSON.stringify({ ...EVENT, data: { object } });
    const result = new StripeWebhookVerifier([only(SECRET)]).verify(Buffer.from(body), sign(body), NOON);
    expect(result).toMatchObject({ ok: true, value: { intent } });
  });

  it('of a connected account says so', () => {
    const body = JSON.stringify({ ...EVENT, account: 'acct_other' });
    const result = new StripeWebhookVerifier([only(SECRET)]).verify(Buffer.from(body), sign(body), NOON);
    expect(result).toMatchObject({ ok: true, value: { account: 'acct_other' } });
  });

  it('out of a larger buffer is read from its own bytes', () => {
    const pool = Buffer.from(`garbage${BODY}garbage`);
    const body = pool.subarray(7, 7 + Buffer.byteLength(BODY));
    const result = new StripeWebhookVerifier([only(SECRET)]).verify(new Uint8Array(body), sign(BODY), NOON);
    expect(result.ok).toBe(true);
  });
});

describe('A secret that is being rolled', () => {
  const rolling = [only('whsec_new'), only('whsec_old', after(HOUR))];

  it.each(['whsec_new', 'whsec_old'])('passes with %s while both are valid', (secret) => {
    expect(verify(BODY, sign(BODY, secret), NOON, rolling)).toBe('evt_1');
  });

  it('passes with a header that carries both signatures, in either order', () => {
    const t = String(NOON.getTime() / 1_000);
    const [a, b] = [hmac(t, BODY, 'whsec_new'), hmac(t, BODY, 'whsec_old')];
    expect(verify(BODY, `t=${t},v1=${a},v1=${b},v0=abc`, NOON, rolling)).toBe('evt_1');
    expect(verify(BODY, `t=${t},v1=${b},v1=${a}`, NOON, [only('whsec_new')])).toBe('evt_1');
  });

  it('no longer passes with the old one once that has expired', () => {
    const late = after(HOUR);
    expect(verify(BODY, sign(BODY, 'whsec_old', late), late, rolling)).toBe('signature');
    expect(verify(BODY, sign(BODY, 'whsec_new', late), late, rolling)).toBe('evt_1');
    const justBefore = after(HOUR - MINUTE);
    expect(verify(BODY, sign(BODY, 'whsec_old', justBefore), justBefore, rolling)).toBe('evt_1');
  });

  it('passes with nothing when there is no secret', () => {
    expect(verify(BODY, sign(BODY), NOON, [])).toBe('signature');
  });
});
