import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import type { EvidencePiece } from '../../src/domain/dispute/evidence';
import { Submission } from '../../src/domain/dispute/submission';
import { startSimulator, type RunningSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';
import { StripeDisputeGateway } from '../../src/infrastructure/stripe/stripe-dispute-gateway';
import { pdf, say } from '../support/dispute-samples';
import { after, MINUTE, NOON } from '../support/samples';
import { SimulatorControl } from '../support/simulator-control';

let simulator: RunningSimulator;
let control: SimulatorControl;
let gateway: StripeDisputeGateway;
let numbered = 0;
const client = (timeout: number) =>
  createStripeClient({ secretKey: 'sk_test_simulator', apiUrl: simulator.url, timeout });

beforeAll(async () => {
  simulator = await startSimulator();
  control = new SimulatorControl(simulator.url);
  gateway = new StripeDisputeGateway(client(2_000));
});
beforeEach(() => control.reset());
afterAll(() => simulator.close());

async function dispute(request: { inquiry?: boolean; amount?: number } = {}, currency = 'gbp', amount = 4_999) {
  const intent = await client(2_000).paymentIntents.create({
    ...{ amount, currency, confirm: true, payment_method: 'pm_card_visa', capture_method: 'automatic' },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  return control.openDispute(intent.latest_charge as string, request);
}

async function seenOf(id: string) {
  const reading = await gateway.read(id);
  if (reading.kind !== 'found') throw new Error(`it was not found: ${JSON.stringify(reading)}`);
  return reading;
}

function submission(disputeId: string): Submission {
  const id = `evs_${String(++numbered)}`;
  return Submission.begin({ id, disputeId, actor: 'key:key_1', countBefore: 0 }, NOON, after(MINUTE));
}

function piece(field: EvidencePiece['field'], content: EvidencePiece['content'], stripeFile: string | null = null) {
  return { id: 'evd_1', disputeId: 'du_1', field, content, stripeFile, createdAt: NOON };
}

const taken = async () => (await control.state()).disputes[0]!;

describe('A dispute', () => {
  it('is read as it stands, with what it withdrew', async () => {
    const { id, charge, evidence_details: details } = await dispute();
    const { seen, takenFrom } = await seenOf(id);
    expect(takenFrom).toBeNull();
    expect(seen).toMatchObject({
      ...{ id, charge, status: 'needs_response', reason: 'fraudulent', networkReason: '10.4' },
      ...{ amount: 4_999, currency: 'gbp', pastDue: false, submissionCount: 0, hasEvidence: false },
      ...{ isChargeRefundable: false, dueBy: new Date(details.due_by! * 1_000) },
    });
    expect(seen.intent).toMatch(/^pi_/);
    expect(seen.movements).toMatchObject([{ amount: -4_999, currency: 'gbp' }]);
    expect(seen.movements[0]!.net).toBe(seen.movements[0]!.amount - seen.movements[0]!.fee);
  });

  it('as an inquiry moves nothing, and its charge may be refunded', async () => {
    const { id } = await dispute({ inquiry: true });
    expect((await seenOf(id)).seen).toMatchObject({
      status: 'warning_needs_response',
      isChargeRefundable: true,
      movements: [],
    });
  });

  it('has our minor units where those of Stripe are others', async () => {
    const { id } = await dispute({}, 'isk', 500_000);
    expect((await seenOf(id)).seen).toMatchObject({ amount: 5_000, currency: 'isk' });
  });

  it('that Stripe does not know is missing, and nothing is known when Stripe does not answer', async () => {
    expect(await gateway.read('du_none')).toEqual({ kind: 'missing' });
    await control.fault({ kind: 'error', times: 1 });
    expect(await gateway.read('du_none')).toMatchObject({ kind: 'unavailable' });
  });

  it('is one of the list, page by page', async () => {
    const all = [];
    for (let at = 0; at < 3; at++) all.push((await dispute()).id);
    const ids: string[] = [];
    for await (const page of gateway.openedSince(null)) ids.push(...page);
    expect(ids.sort()).toEqual(all.sort());
    const later: string[] = [];
    for await (const page of gateway.openedSince(new Date(Date.now() + 60_000))) later.push(...page);
    expect(later).toEqual([]);
  });

  it('is not left out of a list that was not read to its end', async () => {
    await control.fault({ kind: 'error', times: 1 });
    const read = async () => {
      for await (const page of gateway.openedSince(null)) expect(page).toEqual([]);
    };
    await expect(read()).rejects.toThrow(GatewayUnavailable);
  });
});

describe('Evidence', () => {
  it('is uploaded, then submitted at once with whose it is', async () => {
    const { id } = await dispute();
    const asked = submission(id);
    const receipt = piece('receipt', pdf('bill of Ada.pdf'));
    const uploaded = await gateway.upload(asked, receipt);
    if (uploaded.kind !== 'uploaded') throw new Error(JSON.stringify(uploaded));
    const [file] = (await control.state()).files;
    expect(file).toMatchObject({ id: uploaded.file, filename: 'bill of Ada.pdf', size: 100, type: 'pdf' });
    const pieces = [piece('product_description', say('A course.')), { ...receipt, stripeFile: uploaded.file }];
    expect(await gateway.submit(asked, pieces)).toMatchObject({
      kind: 'accepted',
      takenFrom: asked.id,
      seen: { status: 'under_review', submissionCount: 1, hasEvidence: true },
    });
    const { evidence, metadata } = await taken();
    expect(evidence).toMatchObject({ product_description: 'A course.', receipt: uploaded.file });
    expect(metadata).toEqual({ cashdesk_submission: asked.id });
    expect(await seenOf(id)).toMatchObject({ takenFrom: asked.id });
  });

  it('that is sent twice under one key is submitted once', async () => {
    const { id } = await dispute();
    const asked = submission(id);
    const pieces = [piece('product_description', say('A course.'))];
    await gateway.submit(asked, pieces);
    expect(await gateway.submit(asked, pieces)).toMatchObject({ kind: 'accepted' });
    expect((await taken()).evidence_details.submission_count).toBe(1);
  });

  it('is refused by a dispute that is over, with the code alone', async () => {
    const { id } = await dispute();
    await control.decideDispute(id, 'lose');
    expect(await gateway.submit(submission(id), [piece('customer_name', say('Ada'))])).toEqual({
      kind: 'refused',
      failure: { code: 'invalid_request_error', field: null },
    });
  });

  it('of a kind that Stripe does not take is refused', async () => {
    const { id } = await dispute();
    const content = { kind: 'file', name: 'x.pdf', mediaType: 'application/pdf', bytes: Buffer.alloc(0) } as const;
    expect(await gateway.upload(submission(id), piece('receipt', content))).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['a failure of Stripe', { kind: 'error' }, { kind: 'unknown', doubt: 'server_error' }],
    ['a lost answer', { kind: 'reset_after_effect' }, { kind: 'unknown', doubt: 'lost_answer' }],
    ['too many requests', { kind: 'error', status: 429 }, { kind: 'never_reached' }],
  ] as const)('after %s is told apart by what may have come of it', async (_what, fault, answer) => {
    const { id } = await dispute();
    await control.fault({ ...fault, times: 1 });
    expect(await gateway.submit(submission(id), [piece('customer_name', say('Ada'))])).toMatchObject(answer);
  });
});
