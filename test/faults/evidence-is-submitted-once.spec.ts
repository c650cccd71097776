import { House } from '../support/house';
import { query } from '../support/query';
import { eventually, type RunningService } from '../support/running-service';

const PDF = Buffer.from('%PDF-1.7 the list of who came').toString('base64');

let house: House;
beforeEach(async () => {
  house = await House.build();
});
afterEach(() => house.tearDown());

/** A dispute with evidence that is ready to be submitted. @returns its path. */
async function ready(service: RunningService): Promise<string> {
  const asked = { amount: 4_999, currency: 'gbp', reference: 'course', paymentMethod: 'pm_card_visa', confirm: true };
  const { body } = await service.post('/api/v1/payments', 'pay', asked);
  const [row] = await query(house.database.url, 'SELECT stripe_charge AS charge FROM payments WHERE id = $1', [
    body.id,
  ]);
  const { id } = await house.stripe.openDispute(String(row!.charge));
  const path = `/api/v1/disputes/${id}`;
  await eventually(async () => {
    expect((await service.get(path)).status).toBe(200);
  });
  const evidence = {
    texts: { product_description: 'A course.' },
    files: { receipt: { name: 'bill.pdf', content: PDF } },
  };
  expect((await service.post(`${path}/evidence`, 'evidence', evidence)).status).toBe(200);
  return path;
}

async function untilSubmitted(service: RunningService, path: string): Promise<void> {
  await eventually(async () => {
    const { body } = await service.get(path);
    const [submission] = body.submissions as { state: string }[];
    if (submission?.state !== 'submitted') throw new Error(JSON.stringify(submission));
  });
}

async function submittedOnce(): Promise<void> {
  const { disputes } = await house.stripe.state();
  expect(disputes.map(({ evidence_details: details }) => details.submission_count)).toEqual([1]);
  await house.assertOracles();
}

describe('evidence whose answer is lost', () => {
  it.each(['reset_after_effect', 'reset_before_effect', 'cut_answer', 'error_after_effect'] as const)(
    'by %s reaches the bank once',
    async (kind) => {
      const service = await house.open();
      const path = await ready(service);
      await house.stripe.fault({ kind, times: 1, match: { method: 'POST', path: '/v1/disputes/*' } });
      const answer = await service.post(`${path}/submit-evidence`, 'the key');
      expect(answer.status).toBe(202);
      await untilSubmitted(service, path);
      await submittedOnce();
    },
  );
});
