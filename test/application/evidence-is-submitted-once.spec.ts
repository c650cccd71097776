import { Submission } from '../../src/domain/dispute/submission';
import { REPEATABLE_FOR } from '../../src/domain/payment/settlement';
import { disputed, inquiry, pdf, say } from '../support/dispute-samples';
import { DisputeDesk } from '../support/fakes/dispute-desk';
import { after, DAY, HOUR, MINUTE, SECOND } from '../support/samples';

const STORY = 'The customer was in the course on all five days.';

let desk: DisputeDesk;
beforeEach(async () => {
  desk = new DisputeDesk();
  await desk.has();
  await desk.draft(['product_description', say(STORY)], ['receipt', pdf()]);
});

/** Rounds of the sweeper, a quarter of an hour apart. */
async function rounds(count: number): Promise<void> {
  for (let round = 0; round < count; round++) {
    const { failures } = await desk.letTimePass(16 * MINUTE);
    expect(failures).toEqual([]);
  }
}

describe('Evidence that is collected', () => {
  it('stays here until it is submitted', () => {
    expect(desk.drafted).toEqual({ product_description: STORY, receipt: 'receipt.pdf' });
    expect(desk.stripe.calls).toEqual([]);
  });

  it('is replaced and removed by field', async () => {
    await desk.draft(['product_description', say('A course.')], ['receipt', null], ['customer_name', say('Ada')]);
    expect(desk.drafted).toEqual({ product_description: 'A course.', customer_name: 'Ada' });
  });

  it('is refused for a dispute that nobody knows', async () => {
    const command = { disputeId: 'du_9', changes: [], idempotency: null };
    expect(await desk.save.execute(command)).toMatchObject({ error: { kind: 'dispute_not_found' } });
  });

  it.each([
    ['is over', { status: 'lost' as const }, 'closed'],
    ['is under review', { status: 'under_review' as const }, 'under_review'],
  ])('is refused once the dispute %s', async (_what, seen, why) => {
    desk.stripe.shows(disputed(seen));
    await desk.look();
    expect(await desk.draft(['receipt', null])).toMatchObject({ error: { kind: 'dispute_not_answerable', why } });
    expect(await desk.submit()).toMatchObject({ error: { kind: 'dispute_not_answerable', why } });
    expect(desk.drafted).toHaveProperty('receipt');
  });

  it('is refused past the deadline', async () => {
    desk.clock.move(11 * DAY);
    const refusal = { error: { kind: 'dispute_not_answerable', why: 'past_deadline' } };
    expect(await desk.draft(['receipt', null])).toMatchObject(refusal);
    expect(await desk.submit()).toMatchObject(refusal);
    expect(desk.store.tables.submissions.size).toBe(0);
  });

  it('is no more than Stripe takes, what was collected before included', async () => {
    expect(await desk.draft(['service_documentation', pdf('all.pdf', 4_499_901)])).toMatchObject({
      error: { kind: 'evidence_too_large', of: 'files', most: 4_500_000, found: 4_500_001 },
    });
    expect((await desk.draft(['receipt', pdf('all.pdf', 4_500_000)])).ok).toBe(true);
    const long = say('x'.repeat(20_000));
    const fields = ['customer_name', 'billing_address', 'service_date', 'shipping_date'] as const;
    await desk.draft(...fields.map((field) => [field, long] as const));
    const more = ['cancellation_rebuttal', 'refund_policy_disclosure', 'uncategorized_text'] as const;
    await desk.draft(...more.map((field) => [field, long] as const));
    expect(await desk.draft(['shipping_address', long])).toMatchObject({
      error: { kind: 'evidence_too_large', of: 'texts' },
    });
  });
});

describe('Evidence that is submitted', () => {
  it('reaches the bank whole, once, and is on the history of the payment', async () => {
    expect(await desk.submit()).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(desk.stripe.submitted).toEqual([{ product_description: STORY, receipt: 'file_1' }]);
    expect(desk.dispute).toMatchObject({ status: 'under_review', submissionCount: 1 });
    expect(desk.events).toEqual(['evidence_submitting', 'evidence_submitted', 'under_review']);
    expect(desk.drafted).toEqual({});
  });

  it('answers an inquiry too', async () => {
    desk = new DisputeDesk();
    await desk.has(inquiry());
    await desk.draft(['product_description', say(STORY)]);
    expect(await desk.submit()).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(desk.dispute.status).toBe('warning_under_review');
  });

  it('is nothing where nothing was collected', async () => {
    await desk.draft(['product_description', null], ['receipt', null]);
    expect(await desk.submit()).toMatchObject({ error: { kind: 'no_evidence' } });
    expect(desk.store.tables.submissions.size).toBe(0);
  });

  it('is submitted once under one key, however often that is sent, and whatever happened since', async () => {
    const [a, b, c] = await Promise.all([desk.submit('k'), desk.submit('k'), desk.submit('k')]);
    expect([a.ok, b.ok, c.ok]).toEqual([true, true, true]);
    desk.stripe.shows(disputed({ status: 'won' }));
    await desk.look();
    expect(await desk.submit('k')).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(desk.stripe.submitted).toHaveLength(1);
    expect(desk.store.tables.submissions.size).toBe(1);
  });

  it('goes one at a time', async () => {
    desk.stripe.strike('lost_before');
    await desk.submit();
    expect(await desk.submit()).toMatchObject({
      error: { kind: 'submission_in_progress', submissionId: 'evs_000003' },
    });
    expect(await desk.draft(['customer_name', say('Ada')])).toMatchObject({
      error: { kind: 'submission_in_progress' },
    });
  });

  it('is a draft again when Stripe refuses it', async () => {
    desk.stripe.strike('invalid');
    expect(await desk.submit()).toMatchObject({ ok: true, value: { state: 'not_submitted' } });
    expect(desk.submission.failure).toEqual({ code: 'invalid_request_error', field: null });
    expect(desk.drafted).toHaveProperty('receipt');
    expect(desk.events).toEqual(['evidence_submitting', 'evidence_not_submitted']);
    expect(await desk.submit()).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(desk.stripe.calls.filter((call) => call === 'upload receipt')).toHaveLength(1);
  });

  it('is a draft again when Stripe refuses a file of it', async () => {
    desk.stripe.refusesFiles = true;
    await desk.submit();
    expect(desk.submission).toMatchObject({ state: 'not_submitted', failure: { field: 'file' } });
    expect(desk.stripe.calls).toEqual(['upload receipt']);
  });

  it('is stored though a webhook told of it first', async () => {
    desk.stripe.beforeAnswer = async (call) => {
      if (call === 'submit du_1') await desk.look('event:evt_2');
    };
    await desk.submit();
    expect(desk.submission.state).toBe('submitted');
    expect(desk.dispute).toMatchObject({ status: 'under_review', submissionCount: 1 });
    expect(desk.events).toEqual(['evidence_submitting', 'under_review', 'evidence_submitted']);
  });
});

describe('A submission whose answer was lost', () => {
  it.each(['lost_after', 'stored_500_after'] as const)('is found at Stripe, and not repeated: %s', async (trouble) => {
    desk.stripe.strike(trouble);
    expect(await desk.submit()).toMatchObject({ ok: true, value: { state: 'unknown' } });
    await rounds(1);
    expect(desk.submission.state).toBe('submitted');
    expect(desk.stripe.submitted).toHaveLength(1);
    expect(desk.stripe.calls.filter((call) => call === 'submit du_1')).toHaveLength(1);
    expect(desk.dispute.status).toBe('under_review');
  });

  it('and never arrived is sent again under the same key', async () => {
    desk.stripe.strike('lost_before');
    await desk.submit();
    await rounds(1);
    expect(desk.submission.state).toBe('submitted');
    expect(desk.stripe.submitted).toHaveLength(1);
  });

  it('is found by the caller who repeats the request', async () => {
    desk.stripe.strike('lost_after');
    await desk.submit('k');
    expect(await desk.submit('k')).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(desk.stripe.submitted).toHaveLength(1);
  });

  it('under a failure that Stripe keeps is not repeated, and ends once nothing can be under way', async () => {
    desk.stripe.strike('stored_500');
    await desk.submit();
    await desk.letTimePass(2 * SECOND);
    expect(desk.submission.state).toBe('unknown');
    await rounds(1);
    expect(desk.submission).toMatchObject({ state: 'not_submitted', failure: { code: 'no_effect' } });
    expect(desk.drafted).toHaveProperty('receipt');
    expect(await desk.submit()).toMatchObject({ ok: true, value: { state: 'submitted' } });
  });

  it('is not repeated once somebody submitted in the dashboard', async () => {
    desk.stripe.strike('lost_before');
    await desk.submit();
    desk.stripe.shows(disputed({ status: 'under_review', submissionCount: 1, hasEvidence: true }));
    await desk.letTimePass(2 * SECOND);
    expect(desk.submission.state).toBe('unknown');
    await rounds(1);
    expect(desk.submission).toMatchObject({ state: 'not_submitted', failure: { code: 'overtaken' } });
    expect(desk.stripe.submitted).toEqual([]);
  });

  it('is not repeated once the dispute is over', async () => {
    desk.stripe.strike('lost_before');
    await desk.submit();
    desk.stripe.shows(disputed({ status: 'lost' }));
    await rounds(1);
    expect(desk.submission).toMatchObject({ state: 'not_submitted', failure: { code: 'closed' } });
  });

  it('is not repeated past the time for which Stripe keeps the key', async () => {
    desk.stripe.strike('lost_before');
    await desk.submit();
    desk.stripe.unavailable = true;
    await rounds(1);
    desk.stripe.unavailable = false;
    await desk.letTimePass(REPEATABLE_FOR);
    expect(desk.submission).toMatchObject({ state: 'not_submitted', failure: { code: 'no_effect' } });
    expect(desk.stripe.submitted).toEqual([]);
  });

  it('is listed for a person after an hour, and settled all the same once Stripe answers', async () => {
    desk.stripe.strike('lost_after');
    await desk.submit();
    desk.stripe.unavailable = true;
    for (let round = 0; round < 5; round++) await desk.letTimePass(16 * MINUTE);
    expect(desk.submission.handedOverReason).toMatch(/look at the dispute in the dashboard/);
    expect(desk.events.filter((type) => type === 'evidence_in_doubt')).toHaveLength(1);
    desk.stripe.unavailable = false;
    await rounds(2);
    expect(desk.submission).toMatchObject({ state: 'submitted', handedOverReason: null });
  });
});

describe('A submission that does not get through', () => {
  it('leaves later by itself', async () => {
    desk.stripe.strike('not_reached');
    expect(await desk.submit()).toMatchObject({ ok: true, value: { state: 'sending' } });
    await rounds(1);
    expect(desk.submission.state).toBe('submitted');
    expect(desk.stripe.submitted).toHaveLength(1);
  });

  it('with a file that was not taken over is sent whole later', async () => {
    desk.stripe.unavailable = true;
    await desk.submit();
    expect(desk.submission).toMatchObject({ state: 'sending', firstSentAt: null });
    desk.stripe.unavailable = false;
    await rounds(1);
    expect(desk.stripe.submitted).toEqual([{ product_description: STORY, receipt: 'file_1' }]);
  });

  it('ends when the deadline passes before it left', async () => {
    desk.stripe.unavailable = true;
    await desk.submit();
    desk.clock.move(11 * DAY);
    await desk.sweeps.execute();
    expect(desk.submission).toMatchObject({ state: 'not_submitted', failure: { code: 'past_deadline' } });
  });

  it('because its process died before the call is carried on by another', async () => {
    await desk.store.run(async () => {
      await desk.drafts.take('du_1', 'evs_1');
    });
    const begun = { id: 'evs_1', disputeId: 'du_1', actor: 'key:key_1', countBefore: 0 };
    await desk.books.submissions.add(Submission.begin(begun, desk.clock.now(), after(MINUTE, desk.clock.now())));
    expect((await desk.letTimePass(30 * SECOND)).submissions).toBe(0);
    await desk.letTimePass(HOUR);
    expect(desk.submission.state).toBe('submitted');
  });
});
