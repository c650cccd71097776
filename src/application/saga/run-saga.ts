import type { Saga, SagaTask } from '../../domain/saga/saga';
import type { Sagas } from '../../domain/saga/sagas';
import type { StepResult } from '../../domain/saga/step-result';
import { pauseWhileAway } from '../../domain/shared/backoff';
import type { Clock } from '../shared/clock';
import { GatewayUnavailable } from '../shared/gateway-unavailable';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { SagaDefinitions, SagaStepDefinition } from './saga-definition';

const NOTHING_TO_UNDO: StepResult = { kind: 'done', note: 'There was nothing to undo.' };

/**
 * Works on a saga until it waits or has ended: runs the step whose turn it is outside of any transaction, commits what
 * came of it under the lock of the saga, and goes on. Where another committed meanwhile, its own result is dropped.
 */
export class RunSaga {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sagas: Sagas,
    private readonly definitions: SagaDefinitions,
    private readonly clock: Clock,
  ) {}

  /** @throws what a step throws: it is tried again later. */
  async execute(sagaId: string): Promise<void> {
    const found = await this.sagas.find(sagaId);
    if (found === null) throw new Error(`saga ${sagaId} does not exist`);
    for (let saga = await this.opened(found); saga !== null; saga = await this.advance(saga));
  }

  /** One that waits for a person is taken up; one that was completed only if what it came to holds no more. */
  private async opened(saga: Saga): Promise<Saga | null> {
    if (saga.state === 'failed') {
      return this.change(saga, (current, now) => {
        current.takeUp(now);
      });
    }
    if (saga.state !== 'completed') return saga;
    const { overturned } = this.definitions.of(saga.kind);
    const reason = (await overturned?.(saga.snapshot().subject)) ?? null;
    if (reason === null) return null;
    return this.change(saga, (current, now) => {
      current.overturn(reason, now);
    });
  }

  private async advance(saga: Saga): Promise<Saga | null> {
    const { task } = saga;
    if (task === null) return null;
    const step = this.definitions.step(saga.kind, task.step.name);
    const result = await this.attempt(saga, task, step);
    const changed = await this.change(saga, (current, now) => {
      current.take(result, now, step.limit);
    });
    return changed?.goesOn === true ? changed : null;
  }

  private async attempt(
    saga: Saga,
    { step: { deadline }, way }: SagaTask,
    step: SagaStepDefinition,
  ): Promise<StepResult> {
    const { id: sagaId, subject, about, startedBy } = saga.snapshot();
    const work = way === 'forward' ? step.run : step.compensate;
    try {
      return (await work?.({ sagaId, subject, about, startedBy })) ?? NOTHING_TO_UNDO;
    } catch (error) {
      const now = this.clock.now();
      if (error instanceof GatewayUnavailable) {
        const until = new Date(now.getTime() + pauseWhileAway(sagaId));
        return { kind: 'waiting', for: 'Stripe to answer', until, ...(deadline === null ? {} : { deadline }) };
      }
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      await this.change(saga, (current) => {
        current.stumble(message, now);
      });
      throw error;
    }
  }

  /** Null when it was changed since it was read: whoever did that goes on with it. */
  private change(saga: Saga, work: (current: Saga, now: Date) => void): Promise<Saga | null> {
    return this.unitOfWork.run(async () => {
      const current = await this.sagas.lock(saga.id);
      if (current?.version !== saga.version) return null;
      work(current, this.clock.now());
      await this.sagas.save(current);
      return current;
    });
  }
}
