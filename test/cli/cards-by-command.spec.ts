import type { Provider } from '@nestjs/common';
import { ListExpiringPaymentMethods } from '../../src/application/customer/list-expiring-payment-methods';
import { ListPaymentMethods } from '../../src/application/customer/list-payment-methods';
import { CardDesk } from '../support/fakes/card-desk';
import { cashdesk, linesOf } from './command-line';

let desk: CardDesk;
let customer: string;
let providers: Provider[];
beforeEach(async () => {
  desk = new CardDesk();
  customer = await desk.withCard();
  const { methodQueries, clock } = desk;
  providers = [
    { provide: ListPaymentMethods, useValue: new ListPaymentMethods(methodQueries, clock) },
    { provide: ListExpiringPaymentMethods, useValue: new ListExpiringPaymentMethods(methodQueries, clock) },
  ];
});

const run = (line: string) => cashdesk(line.split(' '), providers);

/** The card ends in the month of the clock. */
function endsNow(): void {
  const card = desk.method()!;
  const details = { ...card.details, expiry: { year: 2026, month: 11 } };
  desk.store.tables.paymentMethods.set(card.id, { ...card, details });
}

describe('cards list', () => {
  it('shows what a customer has saved, with the consent', async () => {
    const [head, row] = linesOf((await run(`cards list ${customer}`)).out);
    expect(head).toMatch(/^ID +TYPE +BRAND +LAST4 +ENDS +STATUS +DEFAULT +CONSENT +CREATED$/);
    expect(row).toMatch(/^pm_1 +card +visa +4242 +2030-07 +saved +yes +cards-3 2026-11-20T12:00:00\.000Z /);
  });

  it('is one document for programs', async () => {
    const { out } = await run(`cards list ${customer} --json`);
    expect(JSON.parse(out)).toMatchObject({ data: [{ id: 'pm_1', customer, default: true }] });
  });

  it('tells a customer without cards from one that does not exist', async () => {
    const other = await desk.stored();
    expect((await run(`cards list ${other}`)).out).toBe('The customer has no saved payment methods.\n');
    const none = await run('cards list cus_none');
    expect([none.exitCode === 0, none.err]).toEqual([false, 'No customer has this id: see cashdesk customers list.\n']);
  });
});

describe('cards expiring', () => {
  it('shows the cards that end soon, and whose they are', async () => {
    expect((await run('cards expiring')).out).toBe('No saved card ends within 60 days.\n');
    endsNow();
    const [head, row] = linesOf((await run('cards expiring --within-days 30')).out);
    expect(head).toMatch(/^CUSTOMER +ID /);
    expect(row).toMatch(new RegExp(`^${customer} +pm_1 .* 2026-11 `));
    expect(JSON.parse((await run('cards expiring --json')).out)).toMatchObject({
      data: [{ id: 'pm_1' }],
      nextCursor: null,
    });
  });

  it.each(['0', '367', 'soon'])('refuses %s days', async (days) => {
    const { err } = await run(`cards expiring --within-days ${days}`);
    expect(err).toBe('--within-days must be a number from 1 to 366.\n');
  });

  it('refuses a cursor that is none', async () => {
    expect((await run('cards expiring --cursor x')).err).toMatch(/^--cursor is none/);
  });
});
