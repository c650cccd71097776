import type { SagaDefinitions } from './saga-definition';
import type { SagaQueries } from './saga-queries';
import type { SagaStepView, SagaView } from './saga-view';

export interface ShownSaga {
  readonly saga: SagaView;
  /** What a person can do about it, in sentences; nothing where it has ended. */
  readonly advice: readonly string[];
}

/** A saga, with what a person can do about the step whose turn it is. */
export class ShowSaga {
  constructor(
    private readonly queries: SagaQueries,
    private readonly definitions: SagaDefinitions,
  ) {}

  async execute(id: string): Promise<ShownSaga | null> {
    const saga = await this.queries.get(id);
    return saga === null ? null : { saga, advice: this.advise(saga) };
  }

  private advise(saga: SagaView): string[] {
    if (saga.state === 'completed' || saga.state === 'compensated') return [];
    const step = stepInTurn(saga);
    const ofStep = step === undefined ? [] : [this.definitions.step(saga.kind, step.name).advice(saga.subject)];
    const again = `Once that is mended, have it tried again: cashdesk sagas retry ${saga.id}.`;
    return saga.state === 'failed' ? [...ofStep, again] : ofStep;
  }
}

function stepInTurn({ steps, reason }: SagaView): SagaStepView | undefined {
  if (reason === null) return steps.find(({ state }) => state !== 'done');
  return steps.findLast(({ state }) => state !== 'pending' && state !== 'compensated');
}
