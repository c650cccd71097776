import { House } from '../support/house';
import { query } from '../support/query';
import { eventually } from '../support/running-service';

const PDF = Buffer.from('%PDF-1.7 the list of who came').toString('base64');

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly payment: string | null;
  readonly submissions: readonly { readonly state: string }[];
}

describe('a dispute, end to end', () => {
  let house: House;
  let numbered = 0;

  beforeAll(async () => {
    house = await House.build();
    await house.open();
  });
  afterAll(() => house.tearDown());
  afterEach(() => house.assertOracles());

  /** @returns the payment's id and that of its charge. */
  async function paid(): Promise<{ payment: string; charge: string }> {
    const n = String(++numbered);
    const card = { paymentMethod: 'pm_card_visa', confirm: true };
    const asked = { amount: 10_000, currency: 'gbp', reference: `course_${n}`, ...card };
    const { body } = await house.service.post('/api/v1/payments', `pay ${n}`, asked);
    const [row] = await query(house.database.url, 'SELECT stripe_charge AS charge FROM payments WHERE id = $1', [
      body.id,
    ]);
    await eventually(async () => {
      const charge = (await house.stripe.state()).charges.find(({ id }) => id === row!.charge);
      if (charge?.balance_transaction === null) throw new Error('it is not on the balance yet');
    });
    return { payment: String(body.id), charge: String(row!.charge) };
  }

  async function until(id: string, ...statuses: string[]): Promise<Shown> {
    return eventually(async () => {
      const { body } = await house.service.get(`/api/v1/disputes/${id}`);
      if (!statuses.includes(String(body.status))) throw new Error(`${id} is ${String(body.status)}`);
      return body as unknown as Shown;
    });
  }

  const collect = (id: string, text: string) =>
    house.service.post(`/api/v1/disputes/${id}/evidence`, `evidence ${String(++numbered)}`, {
      texts: { uncategorized_text: text, product_description: 'A course of five days.' },
      files: { service_documentation: { name: 'attendance.pdf', content: PDF } },
    });
  const submit = (id: string, key = `submit ${String(++numbered)}`) =>
    house.service.post(`/api/v1/disputes/${id}/submit-evidence`, key);

  async function history(payment: string): Promise<string[]> {
    const { body } = await house.service.get(`/api/v1/payments/${payment}/timeline`);
    const entries = body.data as { kind: string; what: string }[];
    return entries.filter(({ kind, what }) => kind === 'event' && what.startsWith('dispute.')).map(({ what }) => what);
  }

  it('is answered with evidence, and won', async () => {
    const { payment, charge } = await paid();
    const { id } = await house.stripe.openDispute(charge);
    expect(await until(id, 'needs_response')).toMatchObject({ payment });
    expect((await collect(id, 'winning_evidence')).status).toBe(200);
    expect((await submit(id)).body).toMatchObject({ draft: [], submissions: [{ state: 'submitted' }] });
    expect((await until(id, 'won')).submissions).toHaveLength(1);
    await eventually(async () => {
      expect(await history(payment)).toEqual(
        expect.arrayContaining([
          'dispute.opened',
          'dispute.evidence_submitted',
          'dispute.won',
          'dispute.funds_reinstated',
        ]),
      );
    });
    const at = (await house.stripe.state()).disputes.find((dispute) => dispute.id === id);
    expect(at?.evidence).toMatchObject({
      product_description: 'A course of five days.',
      service_documentation: expect.stringMatching(/^file_/),
    });
    expect((await submit(id)).body).toMatchObject({ status: 409, code: 'dispute_not_answerable', reason: 'closed' });
  });

  it('is lost, which the ledger is told of', async () => {
    const { payment, charge } = await paid();
    const { id } = await house.stripe.openDispute(charge);
    await until(id, 'needs_response');
    await collect(id, 'losing_evidence');
    await submit(id);
    await until(id, 'lost');
    expect(await history(payment)).toEqual(expect.arrayContaining(['dispute.lost']));
  });

  it('is lost in part where the bank gives some of it back', async () => {
    const { charge } = await paid();
    const { id } = await house.stripe.openDispute(charge);
    await until(id, 'needs_response');
    await house.stripe.decideDispute(id, 'lose', 4_000);
    await until(id, 'lost');
    const [row] = await query(house.database.url, 'SELECT loss_noted AS loss FROM disputes WHERE id = $1', [id]);
    expect(Number(row!.loss)).toBe(6_000);
  });

  it('as an inquiry moves no money, and is closed', async () => {
    const { payment, charge } = await paid();
    const { id } = await house.stripe.openDispute(charge, { inquiry: true });
    await until(id, 'warning_needs_response');
    await house.stripe.decideDispute(id, 'win');
    await until(id, 'warning_closed');
    expect(await history(payment)).toEqual(['dispute.opened', 'dispute.warning_closed']);
  });

  it('as an inquiry that the bank is not content with becomes a chargeback', async () => {
    const { payment, charge } = await paid();
    const { id } = await house.stripe.openDispute(charge, { inquiry: true });
    await until(id, 'warning_needs_response');
    await collect(id, 'escalate_inquiry_evidence');
    expect((await submit(id)).status).toBe(200);
    await until(id, 'needs_response');
    await eventually(async () => {
      expect(await history(payment)).toEqual(
        expect.arrayContaining(['dispute.warning_under_review', 'dispute.needs_response', 'dispute.funds_withdrawn']),
      );
    });
  });

  it('is one of two on one charge', async () => {
    const { payment, charge } = await paid();
    const first = await house.stripe.openDispute(charge, { amount: 3_000 });
    const second = await house.stripe.openDispute(charge, { amount: 2_000 });
    await until(first.id, 'needs_response');
    await until(second.id, 'needs_response');
    const { body } = await house.service.get(`/api/v1/disputes?payment=${payment}`);
    expect((body.data as Shown[]).map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    await house.stripe.decideDispute(first.id, 'win');
    await house.stripe.decideDispute(second.id, 'lose');
    await until(first.id, 'won');
    await until(second.id, 'lost');
  });

  it('after a part was refunded is about the rest, and stands against another refund', async () => {
    const { payment, charge } = await paid();
    const refund = (amount: number) =>
      house.service.post('/api/v1/refunds', `refund ${String(++numbered)}`, { paymentId: payment, amount });
    expect((await refund(4_000)).status).toBeLessThan(300);
    await eventually(async () => {
      const { body } = await house.service.get(`/api/v1/payments/${payment}`);
      expect(body.refundedAmount).toBe(4_000);
    });
    const { id } = await house.stripe.openDispute(charge);
    expect(await until(id, 'needs_response')).toMatchObject({ amount: 6_000, chargeRefundable: false });
    expect((await refund(1_000)).body).toMatchObject({ status: 409, code: 'charge_disputed', disputeId: id });
    await house.stripe.decideDispute(id, 'win');
    await until(id, 'won');
    expect((await refund(1_000)).status).toBeLessThan(300);
  });

  it('is found though all its webhooks were lost', async () => {
    const { payment, charge } = await paid();
    await house.stripe.fault({ kind: 'webhook_drop', times: 0, match: { eventType: 'charge.dispute.*' } });
    const { id } = await house.stripe.openDispute(charge);
    await query(house.database.url, 'UPDATE dispute_listing SET due_at = now()');
    expect(await until(id, 'needs_response')).toMatchObject({ payment });
    await house.stripe.decideDispute(id, 'lose');
    await query(house.database.url, 'UPDATE disputes SET check_due_at = now() WHERE id = $1', [id]);
    await until(id, 'lost');
    expect(await history(payment)).toEqual(['dispute.opened', 'dispute.funds_withdrawn', 'dispute.lost']);
    await house.stripe.clearFaults();
  });

  it('tells of its deadline', async () => {
    const { payment, charge } = await paid();
    const { id } = await house.stripe.openDispute(charge);
    await until(id, 'needs_response');
    await house.stripe.settings({ disputeDueDays: 1 });
    const soon = await paid();
    const { id: urgent } = await house.stripe.openDispute(soon.charge);
    await until(urgent, 'needs_response');
    expect(await history(soon.payment)).toContain('dispute.deadline_approaching');
    expect(await history(payment)).not.toContain('dispute.deadline_approaching');
  });
});
