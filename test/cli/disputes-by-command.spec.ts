import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Provider } from '@nestjs/common';
import { DisputeQueries } from '../../src/application/dispute/dispute-queries';
import { SaveEvidence } from '../../src/application/dispute/save-evidence';
import { SubmitEvidence } from '../../src/application/dispute/submit-evidence';
import { disputed } from '../support/dispute-samples';
import { DisputeDesk } from '../support/fakes/dispute-desk';
import { InMemoryDisputeQueries } from '../support/fakes/in-memory-dispute-queries';
import { cashdesk } from './command-line';

let desk: DisputeDesk;
let providers: Provider[];
let folder: string;
beforeEach(async () => {
  desk = new DisputeDesk();
  await desk.has();
  providers = [
    { provide: DisputeQueries, useValue: new InMemoryDisputeQueries(desk.store) },
    { provide: SaveEvidence, useValue: desk.save },
    { provide: SubmitEvidence, useValue: desk.submitting },
  ];
  folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  writeFileSync(join(folder, 'bill.pdf'), '%PDF-1.7 the bill');
  writeFileSync(join(folder, 'texts.json'), JSON.stringify({ customer_name: 'Ada' }));
  writeFileSync(join(folder, 'notes.txt'), 'no evidence');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const submit = (args: string[], stdin = '') =>
  cashdesk(['disputes', 'submit-evidence', 'du_1', ...args], providers, stdin);
const COURSE = ['--field', 'product_description=A course, at 9=10 o’clock.'];

describe('disputes list and show', () => {
  it('show how they stand', async () => {
    const { out } = await cashdesk(['disputes', 'list', '--status', 'needs_response'], providers);
    expect(out).toMatch(/du_1 +needs_response +49\.99 GBP +fraudulent +2026-11-30T12:00:00\.000Z +pay_1/);
    const { out: one } = await cashdesk(['disputes', 'show', 'du_1'], providers);
    expect(one).toMatch(/^Withdrawn +txn_out: -49\.99 GBP, fee 20\.00 GBP$/m);
    const { out: json } = await cashdesk(['disputes', 'show', 'du_1', '--json'], providers);
    expect(JSON.parse(json)).toMatchObject({ id: 'du_1', draft: [] });
  });

  it('do not find what is not there', async () => {
    expect((await cashdesk(['disputes', 'show', 'du_9'], providers)).exitCode).toBe(3);
    expect((await cashdesk(['disputes', 'list', '--status', 'lost'], providers)).out).toBe('No disputes match.\n');
  });
});

describe('disputes submit-evidence', () => {
  it('submits texts and files for good, once somebody says yes', async () => {
    const given = [...COURSE, '--from', join(folder, 'texts.json'), '--file', `receipt=${join(folder, 'bill.pdf')}`];
    const { exitCode, out, err } = await submit(given, 'yes\n');
    expect([exitCode, out]).toEqual([0, 'Stripe has the evidence of du_1.\n']);
    expect(err).toContain('can be submitted once');
    expect(desk.stripe.submitted).toEqual([
      { customer_name: 'Ada', product_description: 'A course, at 9=10 o’clock.', receipt: 'file_1' },
    ]);
  });

  it.each(['no\n', '', 'y\n'])('submits nothing, and saves nothing, unless told yes: %j', async (stdin) => {
    expect(await submit(COURSE, stdin)).toMatchObject({ exitCode: 1, out: '' });
    expect([desk.drafted, desk.stripe.submitted]).toEqual([{}, []]);
  });

  it('does not ask where --yes is given, and takes what was collected before', async () => {
    await desk.draft(['customer_name', { kind: 'text', text: 'Ada' }]);
    const { out } = await submit(['--yes', '--json']);
    expect(JSON.parse(out)).toMatchObject({ dispute: 'du_1', state: 'submitted' });
    expect(desk.stripe.submitted).toEqual([{ customer_name: 'Ada' }]);
  });

  it.each([
    [['--field', 'receipt=x']],
    [['--field', 'product_description']],
    [['--field', 'product_description=']],
    [['--file', 'receipt=/no/such/file.pdf']],
    [['--file', 'customer_name=x']],
    [['--from', '/no/such/file.json']],
  ])('takes nothing that is no evidence: %j', async (args) => {
    expect((await submit([...args, '--yes'])).exitCode).toBe(2);
    expect(desk.stripe.submitted).toEqual([]);
  });

  it('takes no file that Stripe does not', async () => {
    const { exitCode, err } = await submit(['--file', `receipt=${join(folder, 'notes.txt')}`, '--yes']);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('no PDF, JPEG or PNG')]);
  });

  it('says why there is nothing to submit, or nothing more', async () => {
    expect((await submit(['--yes'])).err).toContain('Nothing was collected');
    desk.stripe.shows(disputed({ status: 'lost' }));
    await desk.look();
    expect((await submit([...COURSE, '--yes'])).err).toContain('takes no evidence (closed)');
  });

  it('says that it is on its way when the answer was lost', async () => {
    desk.stripe.strike('lost_before');
    expect((await submit([...COURSE, '--yes'])).out).toContain('is on its way');
  });
});
