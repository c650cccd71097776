import { RecoveryNotes, type KeptNote } from '../../src/application/recovery/recovery-notes';
import { RecoveryQueries, type RecoveryDetails } from '../../src/application/recovery/recovery-queries';
import { RetryRecovery } from '../../src/application/recovery/retry-recovery';
import { SettleRecovery, type SettleCommand } from '../../src/application/recovery/settle-recovery';
import type { SettleProblem } from '../../src/application/shared/settle-problem';
import { cashdesk, linesOf } from './command-line';

const ITEM: RecoveryDetails = {
  id: 'att_1',
  kind: 'attempt',
  about: 'pay_1',
  what: 'create 4999 gbp',
  state: 'unknown',
  since: '2026-11-20T10:00:00.000Z',
  checks: 12,
  nextCheckAt: '2026-11-20T12:15:00.000Z',
  attention: 'Search the dashboard.',
  facts: { idempotencyKey: 'cashdesk-att_1', stripeRequest: null, asked: { operation: 'create' } },
  noEffectFrom: '2026-11-20T10:10:00.000Z',
};
const NOTE: KeptNote = {
  kind: 'attempt',
  subject: 'att_2',
  verdict: 'adopted',
  stripeObject: 'pi_1',
  by: 'cli:ada',
  note: 'seen in the dashboard',
  at: '2026-11-20T13:00:00.000Z',
};

let asked: unknown[];
let settled: SettleCommand[];
let problem: SettleProblem | null;
let left: RecoveryDetails | null;
beforeEach(() => {
  [asked, settled, problem, left] = [[], [], null, null];
});

const run = (line: string, ...more: string[]) => {
  const queries: Pick<RecoveryQueries, 'list' | 'get'> = {
    list: async (filter, limit, cursor) => {
      asked.push({ filter, limit, cursor });
      return { data: [ITEM], nextCursor: 'next' };
    },
    get: async (id) => (id === ITEM.id ? ITEM : null),
  };
  const answer = () => (problem === null ? { ok: true, value: left } : { ok: false, error: problem });
  const settle = {
    execute: async (command: SettleCommand) => {
      settled.push(command);
      return answer();
    },
  };
  return cashdesk(
    ['recovery', ...line.split(' '), ...more],
    [
      { provide: RecoveryQueries, useValue: queries },
      { provide: RecoveryNotes, useValue: { of: async (id: string) => (id === 'att_2' ? [NOTE] : []) } },
      { provide: RetryRecovery, useValue: { execute: async () => answer() } },
      { provide: SettleRecovery, useValue: settle },
    ],
  );
};

describe('recovery list', () => {
  it('shows what is in doubt, one line each, and where the next page begins', async () => {
    const { exitCode, out } = await run('list --kind attempt --attention --limit 5');
    expect(exitCode).toBe(0);
    expect(asked).toEqual([{ filter: { kind: 'attempt', attention: true }, limit: 5, cursor: null }]);
    expect(linesOf(out)[1]).toMatch(/^att_1 +attempt +pay_1 +create 4999 gbp +unknown .* 12 .*Search the dashboard\.$/);
    expect(out).toContain('--cursor next');
  });

  it('refuses a kind that there is not', async () => {
    expect(await run('list --kind money')).toMatchObject({ exitCode: 2 });
  });
});

describe('recovery show', () => {
  it('shows all that is known, and what a person can do', async () => {
    const { out } = await run('show att_1');
    expect(out).toMatch(/^Idempotency key +cashdesk-att_1$/m);
    expect(out).toMatch(/^Asked +\{"operation":"create"\}$/m);
    expect(out).toMatch(/^No effect from +2026-11-20T10:10:00.000Z$/m);
    expect(out).toContain('settle --intent pi_…');
    expect(out).not.toContain('Stripe request');
  });

  it('of what a person settled shows why', async () => {
    const { out } = await run('show att_2');
    expect(out).toContain('att_2 is not in doubt any more.');
    expect(out).toMatch(/adopted +pi_1 +cli:ada +seen in the dashboard$/m);
  });

  it('of what nobody knows says so', async () => {
    expect(await run('show att_9')).toMatchObject({ exitCode: 3 });
  });
});

describe('recovery retry', () => {
  it('says whether it is settled now', async () => {
    expect((await run('retry att_1')).out).toBe('att_1 is settled.\n');
    left = ITEM;
    expect((await run('retry att_1')).out).toContain('still listed for a person');
    expect(JSON.parse((await run('retry att_1 --json')).out)).toMatchObject({ settled: false, item: { id: 'att_1' } });
  });
});

describe('recovery settle', () => {
  it.each([
    ['--intent pi_1', { kind: 'object', object: 'pi_1' }],
    ['--refund re_1', { kind: 'object', object: 're_1' }],
    ['--setup seti_1', { kind: 'object', object: 'seti_1' }],
    ['--dispute du_1', { kind: 'object', object: 'du_1' }],
    ['--no-effect', { kind: 'no_effect' }],
  ])('with %s and a note', async (option, proof) => {
    const { exitCode, out } = await run(`settle att_1 ${option} --note`, 'seen in the dashboard');
    expect([exitCode, out]).toEqual([0, 'att_1 is settled.\n']);
    expect(settled).toMatchObject([{ id: 'att_1', proof, note: 'seen in the dashboard' }]);
  });

  it('with a note alone closes what was looked into', async () => {
    await run('settle pay_1 --note', 'refunded by hand');
    expect(settled).toMatchObject([{ id: 'pay_1', proof: { kind: 'looked_into' } }]);
  });

  it.each([
    ['without a note', 'settle att_1 --no-effect'],
    ['by two proofs', 'settle att_1 --note x --intent pi_1 --no-effect'],
  ])('%s is wrong usage, and nothing is settled', async (_what, line) => {
    expect(await run(line)).toMatchObject({ exitCode: 2 });
    expect(settled).toEqual([]);
  });

  it.each<[SettleProblem, number, string]>([
    [{ kind: 'not_found' }, 3, 'recovery list'],
    [{ kind: 'not_in_doubt' }, 1, 'not in doubt'],
    [{ kind: 'not_its_own', differences: ['the amount is 1.00 GBP, not 2.00 GBP'] }, 1, 'the amount is 1.00 GBP'],
    [{ kind: 'too_early', from: new Date('2026-11-20T12:00:00Z') }, 1, 'until 2026-11-20T12:00:00.000Z'],
    [{ kind: 'has_effect', object: 'pi_7' }, 1, 'pi_7'],
    [{ kind: 'wrong_proof', takes: '--refund re_…' }, 2, '--refund re_…'],
    [{ kind: 'stripe_unreachable' }, 4, 'try again'],
  ])('that is refused (%j) says why', async (refusal, exitCode, words) => {
    problem = refusal;
    const ended = await run('settle att_1 --no-effect --note x');
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.err).toContain(words);
  });
});
