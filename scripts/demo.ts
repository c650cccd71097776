import { Api, paymentIn, problemIn, type Answer, type Payment } from './demo/api';
import { Sandbox } from './demo/sandbox';
import { Broken, Stage } from './demo/stage';

/** `npm run demo`: a journey through the service, for a person, against a sandbox that it makes and removes. */
const stage = new Stage();

async function journey(sandbox: Sandbox): Promise<void> {
  stage.print('Cashdesk starts: PostgreSQL, a Stripe simulator and the service, in a folder of their own.');
  await sandbox.start();
  stage.print(`It answers at ${sandbox.origin}.`);
  await pay(sandbox);
  await payWithThreeDSecure(sandbox);
  await payAfterDecline(sandbox);
  await captureInPart(sandbox);
  await sendTwice(sandbox);
  const id = await killInTheMiddle(sandbox);
  await showTimeline(sandbox.api, id);
  await compareBooks(sandbox);
}

async function pay({ api, stripe }: Sandbox): Promise<void> {
  stage.step('Pay');
  const answer = await create(api, 'demo-1', { ...of(4999, 'gbp', 'booking_1'), ...charging('pm_card_visa') });
  const { id } = paymentIn(answer);
  const { paid } = await stripe.booked(id);
  stage.check('charged once, and the API says so', {
    'the answer': [answer.status, 201],
    'the status': [(await api.payment(id)).status, 'succeeded'],
    'the captured amount': [(await api.payment(id)).capturedAmount, 4999],
    'what Stripe charged': [paid.map(({ amount_captured }) => amount_captured), [4999]],
  });
}

async function payWithThreeDSecure({ api, stripe }: Sandbox): Promise<void> {
  stage.step('Pay with a card whose bank asks who is paying (3-D Secure)');
  const returnUrl = 'https://shop.example/thanks';
  const body = { ...of(12500, 'eur', 'booking_2'), ...charging('pm_card_threeDSecure2Required'), returnUrl };
  const { id, status, nextAction } = paymentIn(await create(api, 'demo-2', body));
  const before = await stripe.booked(id);
  stage.check('nothing is charged yet, and the payer has a page to go to', {
    'the status': [status, 'requires_action'],
    'the next action': [nextAction?.type, 'redirect_to_url'],
    'what Stripe charged': [before.paid.length, 0],
  });
  stage.asked("on the bank's page, the payer confirms");
  await stripe.authenticate(before.intents[0]?.id ?? '');
  const payment = await api.until(id, 'succeeded');
  stage.came(`by webhook: ${short(payment)}`);
  const after = await stripe.booked(id);
  stage.check('charged once, after the payer confirmed', {
    'the status': [payment.status, 'succeeded'],
    'what Stripe charged': [after.paid.map(({ amount_captured }) => amount_captured), [12500]],
  });
}

async function payAfterDecline({ api, stripe }: Sandbox): Promise<void> {
  stage.step('A card is declined, and the same payment is paid with another card');
  const card = 'pm_card_visa_chargeDeclinedInsufficientFunds';
  const declined = await create(api, 'demo-3', { ...of(2000, 'gbp', 'booking_3'), ...charging(card) });
  const { code, declineCode, payment } = problemIn(declined);
  const id = payment?.id ?? '';
  stage.check('declined with a reason, and the payment stays open', {
    'the answer': [declined.status, 402],
    'the code': [code, 'card_declined'],
    "Stripe's decline code": [declineCode, 'insufficient_funds'],
    'the status': [(await api.payment(id)).status, 'requires_payment_method'],
  });
  stage.asked(`POST /payments/${id}/confirm  pm_card_mastercard`);
  const paid = await api.post(`/payments/${id}/confirm`, 'demo-3-again', { paymentMethod: 'pm_card_mastercard' });
  stage.came(`${String(paid.status)} ${short(paymentIn(paid))}`);
  const booked = await stripe.booked(id);
  stage.check('one charge was declined and one was paid', {
    'the answer': [
      [paid.status, paymentIn(paid).status],
      [200, 'succeeded'],
    ],
    'the status': [(await api.payment(id)).status, 'succeeded'],
    'declined charges at Stripe': [booked.declined.length, 1],
    'what Stripe charged': [booked.paid.map(({ amount_captured }) => amount_captured), [2000]],
  });
}

async function captureInPart({ api, stripe }: Sandbox): Promise<void> {
  stage.step('Reserve money now, take a part of it later');
  const body = { ...of(10000, 'eur', 'booking_4'), captureMethod: 'manual', ...charging('pm_card_visa') };
  const reserved = paymentIn(await create(api, 'demo-4', body));
  const { id } = reserved;
  const held = await stripe.booked(id);
  stage.check('reserved, and nothing taken', {
    'the status': [reserved.status, 'authorized'],
    'what can be captured': [reserved.capturableAmount, 10000],
    'what Stripe took': [held.paid.map(({ amount_captured }) => amount_captured), [0]],
  });
  stage.asked(`POST /payments/${id}/capture  6000 of 10000`);
  const captured = await api.post(`/payments/${id}/capture`, 'demo-4-capture', { amount: 6000 });
  stage.came(`${String(captured.status)} ${short(paymentIn(captured))}`);
  const payment = await api.payment(id);
  const { paid } = await stripe.booked(id);
  stage.check('the part is taken, the rest is released', {
    'the answer': [
      [captured.status, paymentIn(captured).capturedAmount],
      [200, 6000],
    ],
    'the status': [payment.status, 'succeeded'],
    'the captured amount': [payment.capturedAmount, 6000],
    'the capturable amount': [payment.capturableAmount, 0],
    'what Stripe took': [paid.map(({ amount_captured }) => amount_captured), [6000]],
  });
}

async function sendTwice({ api, stripe }: Sandbox): Promise<void> {
  stage.step('The same request twice, then ten times at once');
  const before = (await stripe.creations()).length;
  const body = { ...of(3000, 'gbp', 'booking_5'), ...charging('pm_card_visa') };
  const first = await create(api, 'demo-5', body);
  const second = await create(api, 'demo-5', body);
  const other = await create(api, 'demo-5', { ...body, amount: 3001 });
  stage.check('the second gets the first answer; another amount under that key is refused', {
    'the answers': [
      [first.status, second.status, other.status],
      [201, 201, 409],
    ],
    'the second body': [second.text, first.text],
    'the code': [problemIn(other).code, 'idempotency_key_reused'],
  });
  const tenfold = { ...of(3100, 'gbp', 'booking_6'), ...charging('pm_card_visa') };
  stage.asked('ten times at once: POST /payments  3100 gbp for booking_6, pm_card_visa  (key demo-6)');
  const answers = await Promise.all(Array.from({ length: 10 }, () => api.post('/payments', 'demo-6', tenfold)));
  const ids = new Set(answers.map((answer) => paymentIn(answer).id));
  stage.came(`${answers.map(({ status }) => status).join(' ')}, all ${[...ids].join(', ')}`);
  const booked = await stripe.booked(...ids, paymentIn(first).id);
  stage.check('Stripe was asked once for each, and charged once for each', {
    'the answers': [answers.map(({ status }) => status), answers.map(() => 201)],
    'different payments': [ids.size, 1],
    'requests to Stripe': [(await stripe.creations()).length - before, 2],
    'what Stripe charged': [booked.paid.map(({ amount_captured }) => amount_captured).sort(), [3000, 3100]],
  });
}

/** @returns the payment's id. */
async function killInTheMiddle(sandbox: Sandbox): Promise<string> {
  stage.step('The service is killed while Stripe charges the card, and started again');
  const body = { ...of(7500, 'gbp', 'booking_7'), ...charging('pm_card_visa') };
  const asked = (await sandbox.stripe.creations()).length;
  await sandbox.stripe.swallowNextAnswer();
  stage.asked(`POST /payments  ${describe(body)}  (key demo-7)`);
  const lost = sandbox.api.post('/payments', 'demo-7', body).then(
    ({ status }) => `the answer ${String(status)}`,
    () => 'no answer',
  );
  const carriedOut = await sandbox.stripe.carriedOut(asked);
  await sandbox.kill();
  stage.came(`${await lost}: kill -9, after Stripe charged and before its answer came`);
  stage.check('Stripe had carried it out, and the caller knows nothing', {
    'the request at Stripe': [carriedOut?.effect, true],
    "Stripe's answer": [carriedOut?.fault, 'timeout_after_effect'],
    'what the caller got': [await lost, 'no answer'],
  });
  stage.asked('start again with the same data, and send the same request with the same key');
  await sandbox.start();
  const answer = await sandbox.api.post('/payments', 'demo-7', body);
  stage.came(summary(answer));
  const { id } = paymentIn(answer);
  const payment = await sandbox.api.until(id, 'succeeded');
  const booked = await sandbox.stripe.booked(...(await sandbox.api.payments('booking_7')).map((each) => each.id));
  stage.check('the truth was found: one payment, charged once', {
    'the answer': [answer.status, 201],
    'the status': [payment.status, 'succeeded'],
    'payments for booking_7': [(await sandbox.api.payments('booking_7')).map((each) => each.id), [id]],
    'intents at Stripe': [booked.intents.length, 1],
    'what Stripe charged': [booked.paid.map(({ amount_captured }) => amount_captured), [7500]],
  });
  return id;
}

async function showTimeline(api: Api, id: string): Promise<void> {
  stage.step('What happened to that payment');
  stage.asked(`GET /payments/${id}/timeline`);
  const entries = await api.timeline(id);
  for (const { at, what, cause } of entries) {
    stage.note(`${at.slice(11, 23)}  ${what.padEnd(32)}  ${cause.replace(/(:\w{8})\w+$/, '$1…')}`);
  }
  const count = (wanted: string) => entries.filter(({ what }) => what === wanted).length;
  stage.check('sent once, created once, succeeded once', {
    'create sent': [count('create sent'), 1],
    'create succeeded': [count('create succeeded'), 1],
    'payment.created': [count('payment.created'), 1],
    'payment.succeeded': [count('payment.succeeded'), 1],
  });
}

async function compareBooks({ api, stripe }: Sandbox): Promise<void> {
  stage.step("Every payment compared with Stripe's books");
  const ours = (await api.payments()).map(({ id, status, currency, capturedAmount }) =>
    [id, status, capturedAmount, currency].join(' '),
  );
  const theirs = (await stripe.state()).payment_intents.map(({ metadata, status, amount_received, currency }) =>
    [metadata.cashdesk_payment, status, amount_received, currency].join(' '),
  );
  stage.came(`${String(ours.length)} payments here, ${String(theirs.length)} payment intents at Stripe`);
  stage.check('the same number, status, amount and currency', { 'our list': [ours.sort(), theirs.sort()] });
}

function of(amount: number, currency: string, reference: string) {
  return { amount, currency, reference };
}

function charging(paymentMethod: string) {
  return { paymentMethod, confirm: true };
}

type CreateBody = ReturnType<typeof of> & ReturnType<typeof charging> & { readonly captureMethod?: string };

async function create(api: Api, key: string, body: CreateBody): Promise<Answer> {
  stage.asked(`POST /payments  ${describe(body)}  (key ${key})`);
  const answer = await api.post('/payments', key, body);
  stage.came(summary(answer));
  return answer;
}

function describe({ amount, currency, reference, paymentMethod, captureMethod }: CreateBody): string {
  const manual = captureMethod === undefined ? '' : `, capture ${captureMethod}`;
  return `${String(amount)} ${currency} for ${reference}, ${paymentMethod}${manual}`;
}

function summary(answer: Answer): string {
  if (answer.status < 300) return `${String(answer.status)} ${short(paymentIn(answer))}`;
  const { code, declineCode } = problemIn(answer);
  return `${String(answer.status)} ${code}${declineCode === undefined ? '' : `, ${declineCode}`}`;
}

function short({ id, status, amount, capturedAmount, currency, capturableAmount }: Payment): string {
  const reserved = capturableAmount > 0 ? `, ${String(capturableAmount)} reserved` : '';
  return `${id} ${status}, ${String(capturedAmount)} of ${String(amount)} ${currency} captured${reserved}`;
}

async function main(): Promise<number> {
  const sandbox = await Sandbox.make();
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(130));
  });
  const started = Date.now();
  try {
    return await Promise.race([journey(sandbox).then(() => 0), interrupted]);
  } catch (error) {
    if (error instanceof Broken) process.stderr.write(`\nNot as promised: ${error.message}.\n`);
    else process.stderr.write(`\nThe demo failed. ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await sandbox.remove();
    const seconds = ((Date.now() - started) / 1_000).toFixed(0);
    stage.print(`\n${String(stage.checks)} facts checked in ${seconds} s. Everything was ended and removed.`);
  }
}

void main().then((code) => process.exit(code));
