import fc from 'fast-check';
import { BeginSaga } from '../../src/application/saga/begin-saga';
import { RunSaga } from '../../src/application/saga/run-saga';
import { SagaDefinitions, type SagaContext, type SagaStepDefinition } from '../../src/application/saga/saga-definition';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import type { SagaProps } from '../../src/domain/saga/saga';
import type { StepResult } from '../../src/domain/saga/step-result';
import { InMemorySagas } from '../support/fakes/in-memory-sagas';
import { InMemoryStore } from '../support/fakes/in-memory-store';
import { MovableClock } from '../support/fakes/movable-clock';
import { NumberedIdentifiers } from '../support/fakes/numbered-identifiers';
import { MINUTE } from '../support/samples';

const NAMES = ['first', 'second', 'third'];

/** What happens to one try: it goes well, or the process dies before or after the effect, or the commit is lost. */
const TRY = fc.constantFrom('well', 'dies_before', 'dies_after', 'away', 'waits', 'commit_lost');
type Try = 'well' | 'dies_before' | 'dies_after' | 'away' | 'waits' | 'commit_lost';

class Died extends Error {}

/** Effects that are keyed: however often they are asked for, they happen once. */
class World {
  readonly effects = new Map<string, number>();
  readonly store = new InMemoryStore();
  readonly clock = new MovableClock();
  readonly sagas = new InMemorySagas(this.store);
  #lost = false;

  constructor(
    private readonly tries: Try[],
    private readonly failing: string | null,
  ) {}

  async begin(): Promise<string> {
    const begin = new BeginSaga(this.sagas, new NumberedIdentifiers(), this.clock);
    const terms = { subject: 'ref_1', about: { kind: 'payment', id: 'pay_1' }, startedBy: 'sub:sue' } as const;
    await this.store.run(() => begin.execute({ kind: 'sample', steps: NAMES }, terms, 0));
    return [...this.store.tables.sagas.keys()][0]!;
  }

  worker(): RunSaga {
    const steps = NAMES.map((name): SagaStepDefinition => ({
      name,
      limit: MINUTE,
      advice: () => '',
      run: (context) => this.attempt(`${name} of ${context.subject}`, name === this.failing),
      compensate: (context: SagaContext) => this.attempt(`un-${name} of ${context.subject}`, false),
    }));
    return new RunSaga(this.failingStore(), this.sagas, new SagaDefinitions([{ kind: 'sample', steps }]), this.clock);
  }

  /** One commit is lost: the process died before it. */
  private failingStore(): InMemoryStore {
    const { store } = this;
    const lost = () => {
      const was = this.#lost;
      this.#lost = false;
      return was;
    };
    return Object.assign(Object.create(store) as InMemoryStore, {
      run: <T>(work: () => Promise<T>) =>
        store.run(async () => {
          const result = await work();
          if (lost()) throw new Died();
          return result;
        }),
    });
  }

  private async attempt(key: string, fails: boolean): Promise<StepResult> {
    await Promise.resolve();
    const now = this.tries.shift() ?? 'well';
    if (now === 'dies_before') throw new Died();
    if (now === 'away') throw new GatewayUnavailable('Stripe is away');
    if (now === 'waits') return { kind: 'waiting', for: 'a bank', until: this.clock.now() };
    if (fails) return { kind: 'failed_for_good', reason: 'no' };
    if (!this.effects.has(key)) this.effects.set(key, 1);
    if (now === 'dies_after') throw new Died();
    if (now === 'commit_lost') this.#lost = true;
    return { kind: 'done' };
  }
}

/** Workers take it up, some of them at once, until nothing is left to do. */
async function settle(world: World, id: string, atOnce: number[]): Promise<SagaProps> {
  for (let round = 0; round < 200; round++) {
    const workers = Array.from({ length: atOnce[round % atOnce.length] ?? 1 }, () => world.worker());
    await Promise.allSettled(workers.map((worker) => worker.execute(id)));
    const saga = world.store.tables.sagas.get(id)!;
    if (saga.nextLookAt === null) return saga;
  }
  throw new Error('it never came to an end');
}

const stepsOf = ({ steps }: SagaProps) => steps.map(({ state }) => state);

describe('Whatever crashes, comes twice or waits, a saga', () => {
  it('ends with each effect once, or with each of them undone once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(TRY, { maxLength: 30 }),
        fc.constantFrom(null, ...NAMES),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
        async (tries, failing, atOnce) => {
          const world = new World([...tries], failing);
          const id = await world.begin();
          const saga = await settle(world, id, atOnce);
          const failed = failing === null ? NAMES.length : NAMES.indexOf(failing);
          const done = NAMES.slice(0, failed).map((name) => `${name} of ref_1`);
          const undone = failing === null ? [] : NAMES.slice(0, failed + 1).map((name) => `un-${name} of ref_1`);
          expect([...world.effects.keys()].sort()).toEqual([...done, ...undone].sort());
          expect(saga.state).toBe(failing === null ? 'completed' : 'compensated');
          const expected = NAMES.map((_, index) => (index <= failed ? 'compensated' : 'pending'));
          expect(stepsOf(saga)).toEqual(failing === null ? ['done', 'done', 'done'] : expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that was completed is undone, once, when what it came to holds no more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(TRY, { maxLength: 20 }), async (tries) => {
        const world = new World([], null);
        const id = await world.begin();
        await settle(world, id, [1]);
        const saga = (await world.sagas.find(id))!;
        saga.overturn('it failed later', world.clock.now());
        await world.store.run(() => world.sagas.save(saga));
        const again = new World([...tries], null);
        Object.assign(again.store, { tables: world.store.tables });
        const ended = await settle(again, id, [2]);
        expect(ended.state).toBe('compensated');
        expect([...again.effects.keys()].sort()).toEqual(NAMES.map((name) => `un-${name} of ref_1`).sort());
      }),
      { numRuns: 100 },
    );
  });
});
