import type Stripe from 'stripe';
import { contract, eventually, refusal } from '../support/stripe-contract';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\r\ntrailer<</Root 1 0 R>>\n%%EOF\n');

contract('Files of evidence', (target) => {
  const stripe = (): Stripe => target().stripe;
  const upload = (name = 'receipt.pdf', data: Buffer = PDF): Promise<Stripe.File> =>
    stripe().files.create({ purpose: 'dispute_evidence', file: { data, name, type: 'application/pdf' } });

  it('are taken in parts and described', async () => {
    const file = await upload('Beleg "7" für Ada.pdf');
    expect(file).toMatchObject({
      object: 'file',
      purpose: 'dispute_evidence',
      size: PDF.length,
      type: 'pdf',
      title: null,
      expires_at: expect.any(Number),
      url: expect.stringContaining(file.id),
    });
    expect(file.id).toMatch(/^file_/);
    expect(await stripe().files.retrieve(file.id)).toMatchObject({ id: file.id, size: PDF.length });
    const { data } = await stripe().files.list({ purpose: 'dispute_evidence', created: { gte: file.created } });
    expect(data.map(({ id }) => id)).toContain(file.id);
  });

  it('stand in the evidence of a dispute', async () => {
    const { id } = await upload();
    const { latest_charge: charge } = await stripe().paymentIntents.create({
      amount: 1_000,
      currency: 'gbp',
      payment_method: 'pm_card_createDispute',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const { data } = await eventually(
      target(),
      () => stripe().disputes.list({ charge: charge as string }),
      (list) => list.data.length > 0,
    );
    const updated = await stripe().disputes.update(data[0]!.id, {
      evidence: { receipt: id },
      submit: false,
      expand: ['evidence.receipt'],
    });
    expect(updated).toMatchObject({
      status: 'needs_response',
      evidence: { receipt: { id, object: 'file' } },
      evidence_details: { has_evidence: true },
    });
  });

  it('have to be given a purpose', async () => {
    const file = { data: PDF, name: 'a.pdf', type: 'application/pdf' };
    const params = { file } as unknown as Stripe.FileCreateParams;
    expect(await refusal(stripe().files.create(params))).toMatchObject({ statusCode: 400, param: 'purpose' });
  });

  it('are not found by an id that is none', async () => {
    expect(await refusal(stripe().files.retrieve('file_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such file upload: 'file_none'",
    });
  });

  it('have a size that is taken', async () => {
    const tooLarge = Buffer.concat([PDF, Buffer.alloc(5_300_000, 32)]);
    expect((await refusal(upload('large.pdf', tooLarge))).statusCode).toBe(400);
  });
});
