import { Aggregate } from '../shared/aggregate';
import { mayFollow } from '../shared/transitions';
import type { SagaEvent, SagaEventType, SagaOwner } from './saga-events';
import { SAGA_TRANSITIONS, STEP_TRANSITIONS, type SagaState, type StepState } from './saga-state';
import type { StepResult, StepWaits } from './step-result';

/** What a saga is made of: its kind, and its steps in order. */
export interface SagaOutline {
  readonly kind: string;
  readonly steps: readonly string[];
}

/** What it is about; it never changes. */
export interface SagaTerms {
  /** `ref_…`: of a kind and a subject there is one saga. */
  readonly subject: string;
  readonly about: SagaOwner;
  /** Who began it: `key:key_…`, `sub:…` of staff. */
  readonly startedBy: string;
}

export interface SagaStep {
  readonly name: string;
  readonly state: StepState;
  /** How often it was run, or undone. */
  readonly tries: number;
  /** Since when it is this step's turn. */
  readonly since: Date | null;
  readonly ranAt: Date | null;
  readonly endedAt: Date | null;
  readonly waitsFor: string | null;
  readonly until: Date | null;
  /** From then on it is listed for a person. */
  readonly deadline: Date | null;
  readonly note: string | null;
}

export interface SagaProps extends SagaTerms {
  readonly id: string;
  readonly kind: string;
  readonly state: SagaState;
  readonly steps: readonly SagaStep[];
  /** Why it goes, or went, backwards; null while it goes forward. */
  readonly reason: string | null;
  /** Why a person must look at it. */
  readonly attention: string | null;
  /** When somebody takes it up, should nothing wake it before; null where nothing is to be done. */
  readonly nextLookAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

/** The step whose turn it is, and which way. */
export interface SagaTask {
  readonly step: SagaStep;
  readonly way: 'forward' | 'back';
}

/** Should whoever works on it die, another takes it up after this. Longer than a step takes. */
const TAKEN_UP_AFTER = 60_000;

const LONGEST_NOTE = 300;

/** Several steps that end together or not at all. It knows which step has its turn, and no step. Pure; time is passed in. */
export class Saga extends Aggregate<SagaProps, SagaEvent> {
  /** @param lookAt when its first step is run, should nothing wake it before. */
  static begin(id: string, { kind, steps }: SagaOutline, terms: SagaTerms, now: Date, lookAt: Date): Saga {
    const [first, ...others] = steps.map((name) => ({ ...UNTOUCHED, name }));
    if (first === undefined) throw new Error(`a saga of the kind ${kind} has no steps`);
    return new Saga({
      ...terms,
      id,
      kind,
      state: 'running',
      steps: [{ ...first, since: now }, ...others],
      reason: null,
      attention: null,
      nextLookAt: lookAt,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
  }

  static restore(props: SagaProps): Saga {
    return new Saga(props);
  }

  get kind(): string {
    return this.props.kind;
  }
  get state(): SagaState {
    return this.props.state;
  }

  /** Null where it has ended, or waits for a person. */
  get task(): SagaTask | null {
    return this.props.state === 'failed' ? null : this.next;
  }

  /** Something is to be done at once. */
  get goesOn(): boolean {
    return this.task !== null && this.task.step.waitsFor === null;
  }

  /** @param limit how long the step may wait before it is listed for a person, in milliseconds; null for ever. */
  take(result: StepResult, now: Date, limit: number | null): void {
    const { step, way } = this.turn();
    switch (result.kind) {
      case 'done':
        this.end(step, way === 'back' ? 'compensated' : 'done', result.note ?? null, now);
        return;
      case 'waiting':
        this.wait(step, result, now, limit);
        return;
      case 'failed_for_good':
        if (way === 'back') this.fail(`${step.name} could not be undone: ${result.reason}`, now);
        else this.turnBack(step, result.reason, now);
    }
  }

  /** The step threw. It is tried again. */
  stumble(message: string, now: Date): void {
    const { step } = this.turn();
    const steps = this.withStep(step, { tries: step.tries + 1, ranAt: now, note: message.slice(0, LONGEST_NOTE) });
    this.props = { ...this.props, steps, nextLookAt: soon(now), updatedAt: now };
  }

  /** It cannot go on by itself. */
  fail(reason: string, now: Date): void {
    this.turn();
    const attention = reason.slice(0, LONGEST_NOTE);
    this.moveTo('failed', { attention, nextLookAt: null }, now);
    this.record('saga.failed', now, { reason: attention });
  }

  /**
   * A person decided that nobody goes on with it, so nobody is asked to look any more. Whatever wakes it takes it up again.
   * @returns false where it has ended.
   */
  abandon(why: string, now: Date): boolean {
    const { next } = this;
    if (next === null) return false;
    const steps = this.withStep(next.step, { note: why.slice(0, LONGEST_NOTE) });
    this.moveTo('failed', { steps, attention: null, nextLookAt: null }, now);
    this.record('saga.abandoned', now, { reason: why });
    return true;
  }

  /** Somebody had it tried again, or something new became known. */
  takeUp(now: Date): void {
    this.assertIs('failed', 'to be taken up');
    this.moveTo(this.isTurnedBack ? 'compensating' : 'running', { attention: null, nextLookAt: soon(now) }, now);
  }

  /** What it came to holds no more. */
  overturn(reason: string, now: Date): void {
    this.assertIs('completed', 'to be undone');
    const steps = this.props.steps.map((step, index, all) =>
      index === all.length - 1 ? { ...step, since: now } : step,
    );
    this.moveTo('compensating', { steps, reason, nextLookAt: soon(now) }, now);
    this.record('saga.reopened', now, { reason });
  }

  private end(step: SagaStep, state: 'done' | 'compensated', note: string | null, now: Date): void {
    const ended = { ...ran(step, state, now), endedAt: now, note: note ?? step.note };
    const steps = this.withStep(step, ended);
    const next = state === 'compensated' ? steps.findLast(isToUndo) : steps.find(isToDo);
    const last = state === 'compensated' ? 'compensated' : 'completed';
    const change = { steps: steps.map((each) => (each === next ? { ...each, since: now } : each)), attention: null };
    if (next === undefined) this.moveTo(last, { ...change, nextLookAt: null }, now);
    else this.moveTo(state === 'compensated' ? 'compensating' : 'running', { ...change, nextLookAt: soon(now) }, now);
  }

  private wait(step: SagaStep, { for: waitsFor, until, deadline: given }: StepWaits, now: Date, limit: number | null) {
    const since = step.since ?? now;
    const deadline = given !== undefined ? given : limit === null ? null : new Date(since.getTime() + limit);
    const steps = this.withStep(step, { ...ran(step, 'waiting', now), waitsFor, until, deadline });
    this.moveTo(this.isTurnedBack ? 'compensating' : 'waiting', { steps, nextLookAt: until }, now);
    if (deadline === null || deadline > now) return;
    this.handOver(`${step.name} has waited too long for ${waitsFor}`, now);
  }

  private turnBack(step: SagaStep, reason: string, now: Date): void {
    const steps = this.withStep(step, { ...ran(step, 'failed', now), since: now, endedAt: now, note: reason });
    const change = { steps, reason: `${step.name}: ${reason}`, attention: null, nextLookAt: soon(now) };
    this.moveTo('compensating', change, now);
  }

  private handOver(attention: string, now: Date): void {
    if (this.props.attention !== null) return;
    this.props = { ...this.props, attention };
    this.record('saga.handed_over', now, { reason: attention });
  }

  /** Whatever it waits for; null where it has ended. */
  private get next(): SagaTask | null {
    const { state, steps } = this.props;
    if (state === 'completed' || state === 'compensated') return null;
    const step = this.isTurnedBack ? steps.findLast(isToUndo) : steps.find(isToDo);
    return step === undefined ? null : { step, way: this.isTurnedBack ? 'back' : 'forward' };
  }

  private get isTurnedBack(): boolean {
    return this.props.reason !== null;
  }

  private turn(): SagaTask {
    const { task } = this;
    if (task === null) throw new Error(`saga ${this.id} is ${this.state}: no step has its turn`);
    return task;
  }

  private assertIs(state: SagaState, what: string): void {
    if (this.state !== state) throw new Error(`saga ${this.id} is ${this.state}: there is nothing ${what}`);
  }

  private withStep(step: SagaStep, change: Partial<SagaStep>): SagaStep[] {
    const state = change.state ?? step.state;
    if (state !== step.state && !mayFollow(STEP_TRANSITIONS, step.state, state)) {
      throw new Error(`saga ${this.id}: ${step.name} is ${step.state} and cannot become ${state}`);
    }
    return this.props.steps.map((each) => (each.name === step.name ? { ...each, ...change } : each));
  }

  private moveTo(state: SagaState, change: Partial<SagaProps>, now: Date): void {
    const from = this.props.state;
    if (from !== state && !mayFollow(SAGA_TRANSITIONS, from, state)) {
      throw new Error(`saga ${this.id}: ${from} cannot become ${state}`);
    }
    this.props = { ...this.props, ...change, state, updatedAt: now };
  }

  private record(type: SagaEventType, at: Date, data: Record<string, unknown>): void {
    const { id, kind, subject, about } = this.props;
    this.remember({ type, about, at, cause: `saga:${id}`, data: { saga: id, kind, subject, ...data } });
  }
}

const UNTOUCHED = {
  state: 'pending',
  tries: 0,
  since: null,
  ranAt: null,
  endedAt: null,
  waitsFor: null,
  until: null,
  deadline: null,
  note: null,
} as const;

function isToDo({ state }: SagaStep): boolean {
  return state !== 'done';
}

/** What failed may have had a part of its effect. */
function isToUndo({ state }: SagaStep): boolean {
  return state !== 'pending' && state !== 'compensated';
}

function ran({ tries }: SagaStep, state: StepState, now: Date) {
  return { state, tries: tries + 1, ranAt: now, waitsFor: null, until: null, deadline: null } as const;
}

function soon(now: Date): Date {
  return new Date(now.getTime() + TAKEN_UP_AFTER);
}
