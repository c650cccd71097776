import type { Provider } from '@nestjs/common';
import { CustomerQueries } from '../../src/application/customer/customer-queries';
import { ADA } from '../support/customer-samples';
import { CustomerDesk } from '../support/fakes/customer-desk';
import { cashdesk, linesOf } from './command-line';

let desk: CustomerDesk;
let id: string;
let providers: Provider[];
beforeEach(async () => {
  desk = new CustomerDesk();
  id = await desk.stored(ADA);
  await desk.link(id);
  providers = [{ provide: CustomerQueries, useValue: desk.queries }];
});

describe('customers list', () => {
  it('shows who they are and how they stand at Stripe', async () => {
    const { exitCode, out } = await cashdesk(['customers', 'list'], providers);
    expect(exitCode).toBe(0);
    const [head, first] = linesOf(out);
    expect(head).toMatch(/^ID +NAME +EMAIL +SUBJECT +STRIPE +CREATED$/);
    expect(first).toMatch(/ Ada Canary +Ada\.Canary@example\.com +auth0\|ada-canary +in_step +2026-/);
  });

  it('asks for what was asked for, and says how to go on', async () => {
    desk.queries.nextCursor = 'def';
    const { out } = await cashdesk(['customers', 'list', '--limit', '5', '--cursor', 'abc'], providers);
    expect(out).toContain('There are more: add --cursor def');
    expect(desk.queries.asked).toEqual([{ filter: {}, limit: 5, cursor: 'abc' }]);
    expect((await cashdesk(['customers', 'list', '--cursor', 'broken'], providers)).exitCode).toBe(2);
  });

  it('prints one document for programs', async () => {
    const { out } = await cashdesk(['customers', 'list', '--json'], providers);
    expect(JSON.parse(out)).toEqual({ data: [await desk.queries.get(id)], nextCursor: null });
  });
});

describe('customers show', () => {
  it('shows all that is known', async () => {
    const { out } = await cashdesk(['customers', 'show', id], providers);
    expect(out).toMatch(new RegExp(`^Customer +${id}$`, 'm'));
    expect(out).toMatch(/^Address +12 Canary Row, Canaryham, CN1 1RY, GB$/m);
    expect(out).toMatch(/^Metadata +plan=canary-gold seat=7$/m);
    expect(out).toMatch(/^At Stripe +cus_stripe_1$/m);
    const { out: json } = await cashdesk(['customers', 'show', id, '--json'], providers);
    expect(JSON.parse(json)).toEqual(await desk.queries.get(id));
  });

  it('does not find what is not there', async () => {
    expect(await cashdesk(['customers', 'show', 'cus_x'], providers)).toEqual({
      exitCode: 3,
      out: '',
      err: 'No customer has the id cus_x: see cashdesk customers list.\n',
    });
  });
});

describe('customers find', () => {
  it('looks by address, or by subject', async () => {
    await cashdesk(['customers', 'find', '--email', 'ada@example.com'], providers);
    await cashdesk(['customers', 'find', '--subject', 'user_1'], providers);
    expect(desk.queries.asked.map(({ filter }) => filter)).toEqual([
      { email: 'ada@example.com' },
      { subject: 'user_1' },
    ]);
  });

  it('takes what to look for from standard input, so that no history keeps it', async () => {
    const { out } = await cashdesk(['customers', 'find', '--email', '-'], providers, ' Ada.Canary@example.com \nmore');
    expect(desk.queries.asked).toMatchObject([{ filter: { email: 'Ada.Canary@example.com' } }]);
    expect(out).toContain(id);
    expect((await cashdesk(['customers', 'find', '--help'])).out).toContain("out of the shell's history");
    const { exitCode, err } = await cashdesk(['customers', 'find', '--email', '-'], providers, '\n');
    expect([exitCode, err]).toEqual([2, 'Standard input was empty: it must hold what to look for.\n']);
  });

  it('says that nobody matches, and what is missing', async () => {
    expect((await cashdesk(['customers', 'find', '--email', 'x@y.z'], providers)).out).toBe('No customers match.\n');
    for (const wrong of [[], ['--email', 'a@b.c', '--subject', 's']]) {
      const { exitCode, err } = await cashdesk(['customers', 'find', ...wrong], providers);
      expect([exitCode, err]).toEqual([2, 'Give either --email or --subject.\n']);
    }
  });
});
