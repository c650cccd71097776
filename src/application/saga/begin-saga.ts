import { Saga, type SagaOutline, type SagaTerms } from '../../domain/saga/saga';
import type { Sagas } from '../../domain/saga/sagas';
import type { Clock } from '../shared/clock';
import type { Identifiers } from '../shared/identifiers';

/** Begins a saga within the caller's unit of work: it is there with what it is about, or not at all. */
export class BeginSaga {
  constructor(
    private readonly sagas: Sagas,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  /** @param pause milliseconds until its first step is run, should nothing wake it before. */
  async execute(outline: SagaOutline, terms: SagaTerms, pause: number): Promise<void> {
    const now = this.clock.now();
    const lookAt = new Date(now.getTime() + pause);
    await this.sagas.add(Saga.begin(this.identifiers.next('sag'), outline, terms, now, lookAt));
  }
}
