import { RecoveryNotes, type RecoveryNote } from '../../src/application/recovery/recovery-notes';
import { SettleRecovery, type Proof, type Settlers } from '../../src/application/recovery/settle-recovery';
import { err, ok } from '../../src/domain/shared/result';

class KeptNotes extends RecoveryNotes {
  readonly kept: RecoveryNote[] = [];
  override async keep(note: RecoveryNote): Promise<void> {
    this.kept.push(note);
  }
  override of(): Promise<never[]> {
    return Promise.resolve([]);
  }
}

let notes: KeptNotes;
let called: unknown[][];
let settle: SettleRecovery;
let refuses: boolean;
beforeEach(() => {
  [notes, called, refuses] = [new KeptNotes(), [], false];
  const settler = (name: string) =>
    new Proxy(
      {},
      {
        get:
          (_target, method) =>
          (...given: unknown[]) => {
            called.push([name, String(method), ...given]);
            return Promise.resolve(refuses ? err({ kind: 'not_in_doubt' }) : ok(undefined));
          },
      },
    );
  const names = ['attempts', 'payments', 'refunds', 'setups', 'submissions'];
  const settlers = Object.fromEntries(names.map((name) => [name, settler(name)])) as unknown as Settlers;
  settle = new SettleRecovery(settlers, notes);
});

const run = (id: string, proof: Proof) => settle.execute({ id, proof, note: 'seen', by: 'cli:ada' });
const shows = (object: string): Proof => ({ kind: 'object', object });
const NO_EFFECT: Proof = { kind: 'no_effect' };
const LOOKED: Proof = { kind: 'looked_into' };

it.each<[string, Proof, unknown[], string]>([
  ['att_1', shows('pi_1'), ['attempts', 'adopt', 'att_1', 'pi_1', 'person:cli:ada'], 'adopted'],
  ['att_1', NO_EFFECT, ['attempts', 'noEffect', 'att_1', 'person:cli:ada'], 'no_effect'],
  ['ref_1', shows('re_1'), ['refunds', 'adopt', 'ref_1', 're_1', 'person:cli:ada'], 'adopted'],
  ['ref_1', NO_EFFECT, ['refunds', 'noEffect', 'ref_1', 'person:cli:ada', 'seen'], 'no_effect'],
  ['ref_1', LOOKED, ['refunds', 'closeAttention', 'ref_1', 'person:cli:ada'], 'attention_closed'],
  ['set_1', shows('seti_1'), ['setups', 'adopt', 'set_1', 'seti_1', 'person:cli:ada'], 'adopted'],
  ['set_1', NO_EFFECT, ['setups', 'noEffect', 'set_1', 'person:cli:ada'], 'no_effect'],
  ['evs_1', shows('du_1'), ['submissions', 'adopt', 'evs_1', 'du_1', 'person:cli:ada'], 'adopted'],
  ['evs_1', NO_EFFECT, ['submissions', 'noEffect', 'evs_1', 'person:cli:ada'], 'no_effect'],
  ['pay_1', LOOKED, ['payments', 'execute', 'pay_1', 'person:cli:ada'], 'attention_closed'],
])('%s is settled by %j, and why is kept', async (id, proof, call, verdict) => {
  expect((await run(id, proof)).ok).toBe(true);
  expect(called).toEqual([call]);
  expect(notes.kept).toMatchObject([{ subject: id, verdict, note: 'seen', by: 'cli:ada' }]);
});

it.each<[string, Proof]>([
  ['att_1', shows('re_1')],
  ['att_1', LOOKED],
  ['ref_1', shows('pi_1')],
  ['set_1', shows('pi_1')],
  ['set_1', LOOKED],
  ['evs_1', shows('pi_1')],
  ['evs_1', LOOKED],
  ['pay_1', shows('pi_1')],
  ['pay_1', NO_EFFECT],
  ['cus_1', NO_EFFECT],
])('%s is not settled by %j', async (id, proof) => {
  expect(await run(id, proof)).toMatchObject({ ok: false, error: { kind: 'wrong_proof' } });
  expect([called, notes.kept]).toEqual([[], []]);
});

it('Of what was refused nothing is kept, and of no id nothing is known', async () => {
  refuses = true;
  expect((await run('att_1', NO_EFFECT)).ok).toBe(false);
  expect(notes.kept).toEqual([]);
  expect(await run('nothing', NO_EFFECT)).toEqual({ ok: false, error: { kind: 'not_found' } });
});
