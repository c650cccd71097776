import { SealBroken } from '../../src/application/shared/cipher';
import { InvalidCursor } from '../../src/application/shared/page';
import type { EvidenceContent, EvidenceField } from '../../src/domain/dispute/evidence';
import { Submission } from '../../src/domain/dispute/submission';
import { disputed, disputeOf, inquiry, pdf, say } from '../support/dispute-samples';
import { after, DAY, HOUR, MINUTE, NOON } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

const CANARY = 'canary-5512';

let db: ServiceDatabase;
let paymentId: string;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(async () => {
  await db.empty();
  await db.sql('TRUNCATE disputes CASCADE');
  ({ id: paymentId } = await db.settled());
  await kept();
});
afterAll(() => db.close());

async function kept(seen = disputed(), of: string | null = paymentId) {
  await db.unitOfWork.run(() => db.disputes.add(disputeOf(seen, of)));
}

async function draft(field: EvidenceField, content: EvidenceContent) {
  const piece = { id: db.ids.next('evd'), disputeId: 'du_1', field, content, stripeFile: null, createdAt: NOON };
  await db.unitOfWork.run(() => db.evidence.put(piece));
  return piece;
}

async function submission() {
  const begun = { id: db.ids.next('evs'), disputeId: 'du_1', actor: 'key:key_1', countBefore: 0 };
  const made = Submission.begin(begun, NOON, after(MINUTE));
  await db.unitOfWork.run(async () => {
    await db.submissions.add(made);
    await db.evidence.take('du_1', made.id);
  });
  return made;
}

describe('Evidence', () => {
  it('is read back as it was, texts and files', async () => {
    const text = await draft('product_description', say(CANARY));
    const file = await draft('receipt', pdf('bill of Ada.pdf', 50_000));
    const { id } = await submission();
    expect(await db.evidence.takenBy(id)).toEqual([text, file]);
  });

  it('stands nowhere in clear', async () => {
    await draft('product_description', say(CANARY));
    await draft('receipt', pdf(`${CANARY}.pdf`));
    const [row] = await db.sql<{ all: string }>("SELECT string_agg(e::text, ' ') AS all FROM dispute_evidence e");
    expect(row!.all).toContain('product_description');
    expect(row!.all).not.toContain(CANARY);
    expect(row!.all).not.toContain('JVBERi');
    expect(row!.all).not.toContain('%PDF');
  });

  it('cannot be read in the place of another', async () => {
    const [a, b] = [await draft('customer_name', say('Ada')), await draft('billing_address', say('Berlin'))];
    const sql =
      'UPDATE dispute_evidence SET content = (SELECT content FROM dispute_evidence WHERE id = $1) WHERE id = $2';
    await db.sql(sql, [a.id, b.id]);
    await expect(db.disputeQueries.get('du_1')).rejects.toThrow(SealBroken);
  });

  it('takes the place of what was said in its field, and is removed', async () => {
    await draft('customer_name', say('Ada'));
    await draft('customer_name', say('Ada L.'));
    await draft('receipt', pdf());
    expect(await db.evidence.sizesOf('du_1')).toEqual(
      expect.arrayContaining([
        { field: 'customer_name', kind: 'text', size: 6 },
        { field: 'receipt', kind: 'file', size: 100 },
      ]),
    );
    await db.unitOfWork.run(() => db.evidence.remove('du_1', 'customer_name'));
    expect(await db.evidence.sizesOf('du_1')).toHaveLength(1);
  });

  it('that was submitted stays beside what is collected later, and is a draft again when it was not', async () => {
    await draft('customer_name', say('Ada'));
    const { id } = await submission();
    expect(await db.evidence.sizesOf('du_1')).toEqual([]);
    await db.unitOfWork.run(() => db.evidence.giveBack(id));
    expect(await db.evidence.sizesOf('du_1')).toHaveLength(1);
  });

  it('keeps the file that was uploaded first', async () => {
    const { id } = await draft('receipt', pdf());
    expect(await db.evidence.uploaded(id, 'file_1')).toBe('file_1');
    expect(await db.evidence.uploaded(id, 'file_2')).toBe('file_1');
  });

  it('is shown with the dispute, of files what they are', async () => {
    await draft('customer_name', say('Ada'));
    await submission();
    await draft('receipt', pdf('bill.pdf'));
    const shown = (await db.disputeQueries.get('du_1'))!;
    expect(shown.draft).toMatchObject([
      { field: 'receipt', text: null, file: { name: 'bill.pdf', mediaType: 'application/pdf', size: 100 } },
    ]);
    expect(shown.draft[0]!.file!.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(shown.submissions).toMatchObject([
      { state: 'sending', by: 'key:key_1', settledAt: null, evidence: [{ field: 'customer_name', text: 'Ada' }] },
    ]);
  });
});

describe('A submission', () => {
  it('is read back as it was, and has one writer at a time', async () => {
    const made = await submission();
    expect((await db.submissions.find(made.id))!.snapshot()).toEqual(made.snapshot());
    await db.unitOfWork.run(async () => {
      const locked = (await db.submissions.lock(made.id))!;
      locked.sent(NOON);
      locked.doubtful('lost_answer', NOON);
      await db.submissions.save(locked);
      expect((await db.submissions.openOf('du_1'))!.snapshot()).toEqual(locked.snapshot());
    });
    await expect(db.unitOfWork.run(() => db.submissions.save(made))).rejects.toThrow('changed by another writer');
  });

  it('is one at a time, by the database', async () => {
    const first = await submission();
    await expect(submission()).rejects.toThrow('dispute_submissions_one_open');
    await db.unitOfWork.run(async () => {
      first.submitted(NOON);
      await db.submissions.save(first);
    });
    expect(await db.submissions.openOf('du_1')).toBeNull();
    await submission();
  });
});

describe('What waits for the sweepers', () => {
  it('is taken once, by one of them', async () => {
    await db.sql('UPDATE disputes SET check_due_at = now()');
    const taken = await Promise.all([1, 2, 3].map(() => db.dueDisputes.takeDisputes(10)));
    expect(taken.flat()).toEqual(['du_1']);
    const { id } = await submission();
    await db.sql("UPDATE dispute_submissions SET check_due_at = now() - interval '1 second'");
    expect(await db.dueDisputes.takeSubmissions(10)).toEqual([id]);
    expect(await db.dueDisputes.takeSubmissions(10)).toEqual([]);
  });

  it('is the list of Stripe too, from where it was read to', async () => {
    await db.sql('UPDATE dispute_listing SET complete_until = NULL, due_at = now()');
    const turn = (await db.dueDisputes.takeListing())!;
    expect(turn.completeUntil).toBeNull();
    expect(await db.dueDisputes.takeListing()).toBeNull();
    await db.dueDisputes.listingComplete(turn.begunAt);
    await db.sql('UPDATE dispute_listing SET due_at = now()');
    expect((await db.dueDisputes.takeListing())!.completeUntil).toEqual(turn.begunAt);
  });
});

describe('The list of disputes', () => {
  beforeEach(async () => {
    await kept(inquiry({ id: 'du_2Abc', openedAt: after(HOUR), dueBy: after(2 * DAY) }));
    await kept(disputed({ id: 'du_3', openedAt: after(2 * HOUR), status: 'lost', intent: null, dueBy: null }), null);
  });
  const ids = async (filter = {}) => (await db.disputeQueries.list(filter, 10, null)).data.map(({ id }) => id);

  it('begins with the newest, and goes on where it ended', async () => {
    const first = await db.disputeQueries.list({}, 1, null);
    expect(first.data.map(({ id }) => id)).toEqual(['du_3']);
    const second = await db.disputeQueries.list({}, 1, first.nextCursor);
    expect(second.data.map(({ id }) => id)).toEqual(['du_2Abc']);
    const third = await db.disputeQueries.list({}, 1, second.nextCursor);
    expect([third.data.map(({ id }) => id), third.nextCursor]).toEqual([['du_1'], null]);
    await expect(db.disputeQueries.list({}, 1, 'made-up')).rejects.toThrow(InvalidCursor);
  });

  it('is narrowed by status, payment and deadline', async () => {
    expect(await ids({ status: 'lost' })).toEqual(['du_3']);
    expect(await ids({ payment: paymentId })).toEqual(['du_2Abc', 'du_1']);
    expect(await ids({ dueBefore: after(7 * DAY) })).toEqual(['du_2Abc']);
    expect(await ids({ dueBefore: after(20 * DAY), status: 'needs_response' })).toEqual(['du_1']);
  });

  it('shows what a person must look at', async () => {
    const made = await submission();
    expect(await ids({ attention: true })).toEqual([]);
    await db.unitOfWork.run(async () => {
      made.handOverWhenLate(after(2 * HOUR));
      await db.submissions.save(made);
    });
    const [shown, ...rest] = (await db.disputeQueries.list({ attention: true }, 10, null)).data;
    expect([shown!.id, rest]).toEqual(['du_1', []]);
    expect(shown!.attention).toMatch(/^Stripe is not reached/);
    expect(await ids({ attention: false })).toEqual(['du_3', 'du_2Abc']);
  });

  it('shows a dispute whole', async () => {
    expect(await db.disputeQueries.get('du_1')).toEqual({
      ...{ id: 'du_1', payment: paymentId, charge: 'ch_1', status: 'needs_response', inquiry: false },
      ...{ reason: 'fraudulent', networkReason: '10.4', amount: 4_999, currency: 'gbp' },
      ...{ dueBy: '2026-11-30T12:00:00.000Z', pastDue: false, submissionCount: 0, hasEvidence: false },
      ...{ chargeRefundable: false, attention: null, draft: [], submissions: [] },
      balanceTransactions: [
        { id: 'txn_out', amount: -4_999, fee: 2_000, net: -6_999, currency: 'gbp', at: NOON.toISOString() },
      ],
      ...{ openedAt: NOON.toISOString(), updatedAt: NOON.toISOString() },
    });
    expect(await db.disputeQueries.get('du_9')).toBeNull();
  });
});
