import type { Sagas } from '../../domain/saga/sagas';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { BuriedSaga, DueSagas } from './due-sagas';

export interface SagasSweep {
  readonly woken: number;
  readonly givenUp: number;
  /** One that fails stops no other; it comes up again. */
  readonly failures: readonly unknown[];
  /** The next round may begin at once. */
  readonly more: boolean;
}

const AT_ONCE = 100;

/** One round: gives a job to those whose time has come, and hands those whose job was given up to a person. */
export class SweepSagas {
  constructor(
    private readonly due: DueSagas,
    private readonly unitOfWork: UnitOfWork,
    private readonly sagas: Sagas,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<SagasSweep> {
    const buried = await this.due.buried(AT_ONCE);
    const results = await Promise.allSettled(buried.map((each) => this.giveUp(each)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    const woken = await this.due.enqueue(AT_ONCE);
    return { woken, givenUp: buried.length - failures.length, failures, more: woken === AT_ONCE };
  }

  private giveUp({ id, failure }: BuriedSaga): Promise<void> {
    return this.unitOfWork.run(async () => {
      const saga = await this.sagas.lock(id);
      const task = saga?.task ?? null;
      if (saga === null || task === null) return;
      saga.fail(`${task.step.name} was tried too often: ${failure}`, this.clock.now());
      await this.sagas.save(saga);
    });
  }
}
