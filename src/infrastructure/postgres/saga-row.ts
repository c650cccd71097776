import type { SagaOwner } from '../../domain/saga/saga-events';
import { Saga, type SagaStep } from '../../domain/saga/saga';
import type { SagaState } from '../../domain/saga/saga-state';

export interface SagaRow {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly paymentId: string | null;
  readonly customerId: string | null;
  readonly startedBy: string;
  readonly state: SagaState;
  readonly steps: readonly StoredStep[];
  readonly reason: string | null;
  readonly attention: string | null;
  readonly nextLookAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

type Time = 'since' | 'ranAt' | 'endedAt' | 'until' | 'deadline';
type StoredStep = Omit<SagaStep, Time> & Readonly<Record<Time, string | null>>;

export function fromRow({ paymentId, customerId, steps, ...rest }: SagaRow): Saga {
  return Saga.restore({ ...rest, about: ownerOf(paymentId, customerId), steps: steps.map(stepOf) });
}

/** Seconds from now until it is looked at: whose clock is wrong is wrong at both ends. */
export function pauseOf({ nextLookAt, updatedAt }: { nextLookAt: Date | null; updatedAt: Date }): number | null {
  return nextLookAt === null ? null : Math.max(0, (nextLookAt.getTime() - updatedAt.getTime()) / 1_000);
}

export function ownersOf({ kind, id }: SagaOwner): { paymentId: string | null; customerId: string | null } {
  return { paymentId: kind === 'payment' ? id : null, customerId: kind === 'customer' ? id : null };
}

function ownerOf(paymentId: string | null, customerId: string | null): SagaOwner {
  return paymentId === null ? { kind: 'customer', id: customerId ?? '' } : { kind: 'payment', id: paymentId };
}

function stepOf({ since, ranAt, endedAt, until, deadline, ...rest }: StoredStep): SagaStep {
  return {
    ...rest,
    since: timeOf(since),
    ranAt: timeOf(ranAt),
    endedAt: timeOf(endedAt),
    until: timeOf(until),
    deadline: timeOf(deadline),
  };
}

function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
