import type Stripe from 'stripe';
import { contract } from '../support/stripe-contract';
import { posted, refused } from './plain-requests';

contract('Forms become parameters', (target) => {
  const customer = (form: string): Promise<Stripe.Customer> => posted(target(), '/v1/customers', form);

  it('reads hashes within hashes from brackets', async () => {
    const made = await customer('shipping[name]=Ada&shipping[address][line1]=1 High St&shipping[address][city]=Leeds');
    expect(made.shipping).toMatchObject({ name: 'Ada', address: { line1: '1 High St', city: 'Leeds', country: null } });
  });

  it('takes brackets that are percent-encoded for brackets', async () => {
    const made = await customer('address%5Bline1%5D=Somewhere&address%5Bcountry%5D=GB');
    expect(made.address).toMatchObject({ line1: 'Somewhere', country: 'GB' });
  });

  it('reads a list whose members are numbered', async () => {
    const made = await customer('preferred_locales[0]=fr&preferred_locales[1]=en');
    expect(made.preferred_locales).toEqual(['fr', 'en']);
  });

  it('reads a list whose members stand in the order of their coming', async () => {
    const made = await customer('preferred_locales[]=de&preferred_locales[]=en&preferred_locales[]=fr');
    expect(made.preferred_locales).toEqual(['de', 'en', 'fr']);
  });

  it('reads hashes within a numbered list', async () => {
    const made = await customer(
      'invoice_settings[custom_fields][0][name]=PO&invoice_settings[custom_fields][0][value]=7&' +
        'invoice_settings[custom_fields][1][name]=Dept&invoice_settings[custom_fields][1][value]=R%26D',
    );
    expect(made.invoice_settings.custom_fields).toEqual([
      { name: 'PO', value: '7' },
      { name: 'Dept', value: 'R&D' },
    ]);
  });

  it('takes a plus sign for a space, and %2B for a plus sign', async () => {
    expect(await customer('name=Ada+Lovelace&description=1%2B1')).toMatchObject({
      name: 'Ada Lovelace',
      description: '1+1',
    });
  });

  it('keeps letters of every script, and those outside the basic plane', async () => {
    const name = 'Zoë 山田 🦉';
    expect(await target().stripe.customers.create({ name, metadata: { ключ: 'значение' } })).toMatchObject({
      name,
      metadata: { ключ: 'значение' },
    });
  });

  it('keeps an equals sign and line breaks within a value', async () => {
    const description = 'a=b&c\r\nd';
    expect((await target().stripe.customers.create({ description })).description).toBe(description);
  });

  it('clears a text with an empty one', async () => {
    const { stripe } = target();
    const { id } = await stripe.customers.create({ description: 'to go', email: 'ada@example.com' });
    expect(await stripe.customers.update(id, { description: '' })).toMatchObject({
      description: null,
      email: 'ada@example.com',
    });
  });

  it('clears a hash with an empty text', async () => {
    const { stripe } = target();
    const { id } = await stripe.customers.create({ address: { line1: '1 High St' } });
    expect((await stripe.customers.update(id, { address: '' })).address).toBeNull();
  });

  it('takes what stands in the address of a POST for a parameter too', async () => {
    expect((await posted<Stripe.Customer>(target(), '/v1/customers?name=Ada', 'description=x')).name).toBe('Ada');
  });

  it('has no parameter by the name of what every object inherits', async () => {
    expect(await refused(target(), 'POST', '/v1/customers', 'constructor=1')).toMatchObject({
      status: 400,
      code: 'parameter_unknown',
      param: 'constructor',
    });
    expect(await refused(target(), 'POST', '/v1/customers', '__proto__[x]=1')).toMatchObject({
      status: 400,
      code: 'parameter_unknown',
    });
  });
});
