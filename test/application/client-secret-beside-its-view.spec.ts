import { finishingBeside } from '../../src/application/payment/payment-view';
import { CashDesk } from '../support/fakes/cash-desk';

describe('The client secret of a payment', () => {
  it('stands beside the first answer, not in it, and is to be read for a repeat', async () => {
    const desk = new CashDesk();
    const first = await desk.create('key-1');
    const again = await desk.create('key-1');
    if (!first.ok || !again.ok) throw new Error('it was refused');
    const { clientSecret, redirectUrl } = desk.payment;
    expect(clientSecret).toEqual(expect.any(String));
    expect(finishingBeside(first.value.payment)).toEqual({ clientSecret, redirectUrl });
    expect(JSON.stringify(first.value)).not.toContain(clientSecret);
    expect(again.value).toEqual(first.value);
    expect(finishingBeside(again.value.payment)).toBeNull();
  });
});
