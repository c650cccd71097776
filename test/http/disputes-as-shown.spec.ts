import { disputed } from '../support/dispute-samples';
import { DAY } from '../support/samples';
import { HttpFixture, KEY } from './support/http-app';

const EVIDENCE = '/api/v1/disputes/du_1/evidence';
const SUBMIT = '/api/v1/disputes/du_1/submit-evidence';
const PDF = Buffer.from('%PDF-1.7 and more').toString('base64');

let http: HttpFixture;
beforeEach(async () => {
  http = await HttpFixture.start();
  await http.disputes.has();
});
afterEach(() => http.app.close());
// No test here is about a fault of ours: of one that shows all the same, this is the cause.
afterEach(() => expect(http.errors).toEqual([]));

const post = (url: string, body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  http.ask({ method: 'POST', url, bearer: 'finance/fred', body, headers });
const submit = (key = 'k') => post(SUBMIT, {}, { 'idempotency-key': key });
const save = () => post(EVIDENCE, { texts: { product_description: 'A course.' } });

describe('Disputes', () => {
  it('are listed and shown as Stripe has them', async () => {
    const list = await http.ask({ url: '/api/v1/disputes?status=needs_response', bearer: 'support/sue' });
    expect(list.json).toMatchObject({ data: [{ id: 'du_1', payment: 'pay_1', amount: 4_999 }], nextCursor: null });
    const one = await http.ask({ url: '/api/v1/disputes/du_1', bearer: 'support/sue' });
    expect(one.json).toMatchObject({ id: 'du_1', inquiry: false, chargeRefundable: false, draft: [], submissions: [] });
  });

  it.each([
    ['/api/v1/disputes/du_9', 404, 'dispute_not_found'],
    ['/api/v1/disputes/du-9', 404, 'dispute_not_found'],
    ['/api/v1/disputes?status=open', 400, 'invalid_request'],
    ['/api/v1/disputes?payment=du_1', 400, 'invalid_request'],
    ['/api/v1/disputes?dueBefore=tomorrow', 400, 'invalid_request'],
    ['/api/v1/disputes?cursor=made-up', 400, 'invalid_request'],
  ])('%s is answered with %d %s', async (url, status, code) => {
    const answer = await http.ask({ url, bearer: 'support/sue' });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });
});

describe('Evidence', () => {
  it('is collected by the names of Stripe, texts and files', async () => {
    const body = {
      texts: { product_description: 'A course.' },
      files: { receipt: { name: 'bill.pdf', content: PDF } },
    };
    const answer = await post(EVIDENCE, body);
    expect(answer.status).toBe(200);
    expect(answer.json.draft).toMatchObject([
      { field: 'product_description', text: 'A course.', file: null },
      { field: 'receipt', text: null, file: { name: 'bill.pdf', mediaType: 'application/pdf', size: 17 } },
    ]);
    const removed = await post(EVIDENCE, { texts: { product_description: null }, files: { receipt: null } });
    expect(removed.json.draft).toEqual([]);
  });

  it('may have megabytes, of those who show who they are', async () => {
    const content = Buffer.concat([Buffer.from('%PDF-1.7'), Buffer.alloc(4_400_000, 0x20)]).toString('base64');
    const body = { files: { receipt: { name: 'all.pdf', content } } };
    expect((await post(EVIDENCE, body)).status).toBe(200);
    const unknown = await http.ask({ method: 'POST', url: EVIDENCE, bearer: 'nobody', body });
    expect(unknown.status).toBe(401);
    const more = { files: { service_documentation: { name: 'more.pdf', content: PDF } } };
    expect((await post(EVIDENCE, more)).status).toBe(200);
    const tooMuch = { files: { uncategorized_file: { name: 'all.pdf', content } } };
    const refused = await post(EVIDENCE, tooMuch);
    expect([refused.status, refused.json.code, refused.json.most]).toEqual([422, 'evidence_too_large', 4_500_000]);
  });

  it.each([
    [{ texts: { receipt: 'A receipt.' } }],
    [{ texts: { no_such_field: 'x' } }],
    [{ texts: { customer_name: '' } }],
    [{ texts: { customer_name: 'x'.repeat(20_001) } }],
    [{ texts: ['x'] }],
    [{ files: { product_description: { name: 'a.pdf', content: PDF } } }],
    [{ files: { receipt: { name: 'a.zip', content: Buffer.from('PK and so on').toString('base64') } } }],
    [{ files: { receipt: { name: 'a.pdf', content: 'no base 64!' } } }],
    [{ files: { receipt: { name: 'a"\r\n.pdf', content: PDF } } }],
    [{ files: { receipt: { content: PDF } } }],
    [{ files: { receipt: { name: 'a.pdf', content: PDF, type: 'application/pdf' } } }],
    [{ files: { receipt: 'file_1' } }],
    [{ customer_name: 'Ada' }],
  ])('is refused when it is none: %#', async (body) => {
    const answer = await post(EVIDENCE, body);
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_request']);
    expect(http.disputes.drafted).toEqual({});
  });

  it('is submitted, for good', async () => {
    await save();
    const answer = await submit();
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      status: 'under_review',
      draft: [],
      submissions: [{ state: 'submitted', evidence: [{ field: 'product_description' }] }],
    });
    expect((await submit()).status).toBe(200);
    const again = await submit('another');
    expect(again.json).toMatchObject({ code: 'dispute_not_answerable', disputeStatus: 'under_review' });
    expect(http.disputes.stripe.submitted).toHaveLength(1);
  });

  it('needs a key to be submitted, and something to submit', async () => {
    expect((await post(SUBMIT)).json.code).toBe('idempotency_key_required');
    expect((await post(SUBMIT, {}, KEY)).json).toMatchObject({ status: 409, code: 'no_evidence' });
  });

  it('whose answer was lost is on its way', async () => {
    await save();
    http.disputes.stripe.strike('lost_before');
    const answer = await submit();
    expect([answer.status, answer.json.submissions]).toMatchObject([202, [{ state: 'unknown' }]]);
    expect((await save()).json).toMatchObject({ status: 409, code: 'submission_in_progress' });
  });

  it('that Stripe refuses is told of with its code', async () => {
    await save();
    http.disputes.stripe.strike('invalid');
    expect((await submit()).json).toMatchObject({ code: 'rejected_by_stripe', stripeCode: 'invalid_request_error' });
  });

  it('is refused past the deadline, and once the dispute is over, with the reason', async () => {
    http.disputes.clock.move(11 * DAY);
    expect((await save()).json).toMatchObject({ status: 409, code: 'dispute_not_answerable', reason: 'past_deadline' });
    http.disputes.stripe.shows(disputed({ status: 'lost' }));
    await http.disputes.look();
    expect((await save()).json).toMatchObject({ status: 409, code: 'dispute_not_answerable', reason: 'closed' });
  });
});
