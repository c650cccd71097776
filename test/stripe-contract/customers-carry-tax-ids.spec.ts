import { draftOf, newCustomer } from './biller';
import { contract, refusal } from '../support/stripe-contract';

contract("A customer's tax ids", (target) => {
  it('are kept, listed and shown with the customer', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target(), null);
    const taxId = await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'DE123456789' });

    expect(taxId).toMatchObject({
      object: 'tax_id',
      country: 'DE',
      customer: id,
      type: 'eu_vat',
      value: 'DE123456789',
    });
    expect((await stripe.customers.listTaxIds(id)).data.map((each) => each.id)).toEqual([taxId.id]);
    const customer = await stripe.customers.retrieve(id, { expand: ['tax_ids'] });
    expect(customer).toMatchObject({ tax_ids: { data: [{ id: taxId.id }] } });
  });

  it('stand on the invoices that are drafted after them', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target(), null);
    await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'DE123456789' });

    const invoice = await draftOf(target(), id, [1_000]);
    expect(invoice.customer_tax_ids).toEqual([{ type: 'eu_vat', value: 'DE123456789' }]);
  });

  it('are gone once they were deleted', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target(), null);
    const { id: taxId } = await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'DE123456789' });
    expect(await stripe.customers.deleteTaxId(id, taxId)).toMatchObject({ id: taxId, deleted: true });

    expect(await refusal(stripe.customers.retrieveTaxId(id, taxId))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});
