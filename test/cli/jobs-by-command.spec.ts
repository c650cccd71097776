import type { Provider } from '@nestjs/common';
import { DiscardJob } from '../../src/application/job/discard-job';
import { JobQueries } from '../../src/application/job/job-queries';
import { RedriveJob } from '../../src/application/job/redrive-job';
import { RedriveJobs } from '../../src/application/job/redrive-jobs';
import { JobDesk } from '../support/fakes/job-desk';
import { cashdesk } from './command-line';

let desk: JobDesk;
let providers: Provider[];
beforeEach(() => {
  desk = new JobDesk();
  providers = [
    { provide: JobQueries, useValue: desk.queries },
    { provide: RedriveJob, useValue: desk.redrive },
    { provide: RedriveJobs, useValue: desk.redriveMany },
    { provide: DiscardJob, useValue: desk.discard },
  ];
});

const jobs = (...args: string[]) => cashdesk(['jobs', ...args], providers);
const states = () => desk.jobs.map(({ state }) => state);

describe('jobs list and show', () => {
  it('show what waits and what was given up', async () => {
    desk.has();
    desk.has({ state: 'waiting', tries: 0, failure: null, diedAt: null });
    const { out } = await jobs('list', '--state', 'dead');
    expect(out).toMatch(/job_000000000001 +process-webhook +pi_1 +- +dead +14 .*Error: broken/);
    expect(out).not.toContain('job_000000000002');
    const { out: one } = await jobs('show', 'job_000000000001');
    expect(one).toMatch(/^State +dead$/m);
    expect(one).toMatch(/14 +Error: broken/);
    expect(one).toMatch(/evt_1 +payment_intent\.succeeded/);
    expect(JSON.parse((await jobs('show', 'job_000000000001', '--json')).out)).toMatchObject({ events: [{}] });
  });

  it('do not find what is not there', async () => {
    expect((await jobs('list')).out).toBe('Nothing waits, and nothing was given up.\n');
    expect((await jobs('list', '--queue', 'run-saga')).out).toBe('No jobs match.\n');
    expect(await jobs('show', 'job_000000000009')).toMatchObject({ exitCode: 3, out: '' });
    expect((await jobs('list', '--older-than', 'long')).exitCode).toBe(2);
  });
});

describe('jobs redrive', () => {
  it('takes jobs by their ids', async () => {
    const [one, , other] = [desk.has(), desk.has(), desk.has()];
    expect(await jobs('redrive', one, other)).toMatchObject({ exitCode: 0, out: '2 jobs are queued again.\n' });
    expect(states()).toEqual(['waiting', 'dead', 'waiting']);
  });

  it('takes those of a failure, of a key, or all', async () => {
    desk.has({ failure: 'Error: timeout' });
    desk.has();
    desk.has();
    expect((await jobs('redrive', '--failure', 'timeout')).out).toBe('1 job is queued again.\n');
    expect((await jobs('redrive', '--key', 'pi_3')).out).toBe('1 job is queued again.\n');
    expect(states()).toEqual(['waiting', 'dead', 'waiting']);
    expect(JSON.parse((await jobs('redrive', '--all', '--json')).out)).toEqual({ redriven: 1 });
  });

  it('does nothing unless it is said which', async () => {
    const id = desk.has();
    expect((await jobs('redrive')).exitCode).toBe(2);
    expect((await jobs('redrive', id, '--all')).exitCode).toBe(2);
    expect((await jobs('redrive', '--all', '--failure', 'x')).exitCode).toBe(2);
    expect(states()).toEqual(['dead']);
  });

  it('leaves alone what is in work', async () => {
    const id = desk.has({ state: 'working' });
    expect(await jobs('redrive', id)).toMatchObject({ exitCode: 1, err: expect.stringContaining('is working') });
  });
});

describe('jobs discard', () => {
  it('keeps who and why', async () => {
    const id = desk.has();
    expect((await jobs('discard', id, '--reason', 'a test of ours')).exitCode).toBe(0);
    expect(desk.jobs[0]!.discarded).toMatchObject({ by: expect.stringMatching(/^cli:/), reason: 'a test of ours' });
    expect((await jobs('show', id)).out).toMatch(/^Reason +a test of ours$/m);
  });

  it('needs a reason', async () => {
    const id = desk.has();
    expect((await jobs('discard', id)).exitCode).toBe(2);
    expect((await jobs('discard', id, '--reason', '  ')).exitCode).toBe(2);
    expect(states()).toEqual(['dead']);
  });

  it('takes only what was given up', async () => {
    const id = desk.has({ state: 'failing' });
    expect((await jobs('discard', id, '--reason', 'a test')).exitCode).toBe(1);
    expect((await jobs('discard', 'job_000000000009', '--reason', 'a test')).exitCode).toBe(3);
  });
});
