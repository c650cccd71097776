import type { SagaState, StepState } from '../../domain/saga/saga-state';

export interface SagaStepView {
  readonly name: string;
  readonly state: StepState;
  readonly tries: number;
  readonly since: string | null;
  readonly ranAt: string | null;
  readonly endedAt: string | null;
  readonly waitsFor: string | null;
  readonly until: string | null;
  readonly deadline: string | null;
  readonly note: string | null;
}

/** A saga as people and programs see it. */
export interface SagaView {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: SagaState;
  readonly steps: readonly SagaStepView[];
  /** Why it goes, or went, backwards. */
  readonly reason: string | null;
  readonly attention: string | null;
  readonly paymentId: string | null;
  readonly customerId: string | null;
  readonly startedBy: string;
  readonly nextLookAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
