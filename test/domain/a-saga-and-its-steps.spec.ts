import { Saga, type SagaProps } from '../../src/domain/saga/saga';
import {
  SAGA_STATES,
  SAGA_TRANSITIONS,
  STEP_STATES,
  STEP_TRANSITIONS,
  type SagaState,
  type StepState,
} from '../../src/domain/saga/saga-state';
import type { StepResult } from '../../src/domain/saga/step-result';
import { after, HOUR, MINUTE, NOON, SECOND } from '../support/samples';

/** What may follow what, written down a second time: a change of the tables has to be meant. */
const LEGAL: Record<SagaState, string> = {
  running: 'waiting compensating completed failed',
  waiting: 'running compensating completed failed',
  compensating: 'compensated failed',
  completed: 'compensating',
  compensated: '',
  failed: 'running compensating',
};
const LEGAL_OF_STEPS: Record<StepState, string> = {
  pending: 'waiting done failed',
  waiting: 'done failed compensated',
  done: 'waiting compensated',
  failed: 'waiting compensated',
  compensated: '',
};

const LATER = after(HOUR);
const DONE: StepResult = { kind: 'done' };
const NEVER: StepResult = { kind: 'failed_for_good', reason: 'no' };
const WAITS: StepResult = { kind: 'waiting', for: 'a bank', until: after(2 * HOUR) };

function begun(steps = ['book', 'pay', 'tell']): Saga {
  const terms = { subject: 'ref_1', about: { kind: 'payment', id: 'pay_1' }, startedBy: 'sub:sue' } as const;
  return Saga.begin('sag_1', { kind: 'sample', steps }, terms, NOON, after(MINUTE));
}

/** One that came to be in a state, by way of its steps. */
const IN: Record<SagaState, () => Saga> = {
  running: () => begun(),
  waiting: () => took(begun(), WAITS),
  compensating: () => took(begun(), DONE, NEVER),
  completed: () => took(begun(), DONE, DONE, DONE),
  compensated: () => took(begun(), NEVER, DONE),
  failed: () => {
    const saga = begun();
    saga.fail('it was tried too often', LATER);
    return saga;
  },
};

function took(saga: Saga, ...results: StepResult[]): Saga {
  for (const result of results) saga.take(result, LATER, null);
  return saga;
}

const states = (saga: Saga) => saga.snapshot().steps.map(({ state }) => state);

describe('The states of a saga', () => {
  it('may follow each other as written down here, and not otherwise', () => {
    const legal = (state: SagaState) => SAGA_TRANSITIONS[state].toSorted().join(' ');
    for (const state of SAGA_STATES) expect([state, legal(state)]).toEqual([state, sorted(LEGAL[state])]);
    const ofSteps = (state: StepState) => STEP_TRANSITIONS[state].toSorted().join(' ');
    for (const state of STEP_STATES) expect([state, ofSteps(state)]).toEqual([state, sorted(LEGAL_OF_STEPS[state])]);
  });

  it.each(SAGA_STATES)('begin %s as its steps say, with a look to come wherever it goes on by itself', (state) => {
    const saga = IN[state]();
    expect(saga.state).toBe(state);
    const goesOn = ['running', 'waiting', 'compensating'].includes(state);
    expect([saga.task !== null, saga.snapshot().nextLookAt !== null]).toEqual([goesOn, goesOn]);
  });

  it.each(SAGA_STATES)('of one that is %s allow what they should, and throw at all else', (state) => {
    const leads: Record<SagaState, (saga: Saga) => void> = {
      running: (saga) => (saga.state === 'waiting' ? took(saga, DONE) : saga.takeUp(LATER)),
      waiting: (saga) => took(saga, WAITS),
      compensating: (saga) => turnBack(saga),
      completed: (saga) => took(saga, DONE, DONE, DONE),
      compensated: (saga) => took(saga, DONE, DONE),
      failed: (saga) => saga.fail('no', LATER),
    };
    const allowed = SAGA_STATES.filter((to) => to !== state && leadsTo(to, leads[to], IN[state]()));
    expect(allowed).toEqual(ALLOWED[state]);
  });

  it('that has ended takes no result any more', () => {
    for (const state of ['completed', 'compensated', 'failed'] as const) {
      for (const result of [DONE, NEVER, WAITS]) {
        expect(() => IN[state]().take(result, LATER, null)).toThrow('no step has its turn');
      }
      expect(() => IN[state]().stumble('Error: no', LATER)).toThrow('no step has its turn');
    }
  });
});

/** One that failed on its way back is taken up on its way back: below. */
const ALLOWED: Record<SagaState, SagaState[]> = {
  running: ['waiting', 'compensating', 'completed', 'failed'],
  waiting: ['running', 'compensating', 'completed', 'failed'],
  compensating: ['compensated', 'failed'],
  completed: ['compensating'],
  compensated: [],
  failed: ['running'],
};

function sorted(words: string): string {
  return words.split(' ').sort().join(' ');
}

function leadsTo(state: SagaState, lead: (saga: Saga) => void, saga: Saga): boolean {
  try {
    lead(saga);
  } catch {
    return false;
  }
  return saga.state === state;
}

function turnBack(saga: Saga): void {
  if (saga.state === 'completed') saga.overturn('it failed', LATER);
  else saga.take(NEVER, LATER, null);
}

function turnedBack(): Saga {
  const saga = took(begun(), DONE, NEVER);
  saga.fail('no', LATER);
  saga.takeUp(LATER);
  return saga;
}

describe('A saga', () => {
  it('runs its steps one after the other, each since the one before ended', () => {
    const saga = begun();
    expect(saga.task).toMatchObject({ step: { name: 'book', since: NOON }, way: 'forward' });
    saga.take(DONE, after(SECOND), null);
    expect(saga.task).toMatchObject({ step: { name: 'pay', since: after(SECOND), tries: 0 } });
    took(saga, WAITS, DONE);
    expect([states(saga), saga.state]).toEqual([['done', 'done', 'pending'], 'running']);
    expect(saga.snapshot().steps[1]).toMatchObject({ tries: 2, waitsFor: null, endedAt: LATER });
    expect(took(saga, DONE).snapshot()).toMatchObject({ state: 'completed', nextLookAt: null });
  });

  it('that failed for good goes backwards, from the step that failed to the first', () => {
    const saga = took(begun(), DONE, NEVER);
    expect(saga.snapshot()).toMatchObject({ reason: 'pay: no', state: 'compensating' });
    expect(saga.task).toMatchObject({ step: { name: 'pay', state: 'failed', note: 'no' }, way: 'back' });
    saga.take(DONE, LATER, null);
    expect(saga.task).toMatchObject({ step: { name: 'book' }, way: 'back' });
    saga.take(DONE, LATER, null);
    expect([states(saga), saga.state]).toEqual([['compensated', 'compensated', 'pending'], 'compensated']);
  });

  it('may wait while it is undone, and goes on where it was', () => {
    const saga = took(begun(), DONE, NEVER, WAITS);
    expect(saga.snapshot()).toMatchObject({ state: 'compensating', nextLookAt: after(2 * HOUR) });
    expect([saga.goesOn, states(saga)]).toEqual([false, ['done', 'waiting', 'pending']]);
    expect(took(saga, DONE, DONE).state).toBe('compensated');
  });

  it('that failed on its way back is taken up on its way back', () => {
    expect(turnedBack()).toMatchObject({ state: 'compensating', task: { way: 'back', step: { name: 'pay' } } });
  });

  it('neither fails twice, nor is taken up or overturned while it goes on', () => {
    for (const state of ['running', 'waiting', 'compensating'] as const) {
      expect(() => IN[state]().takeUp(LATER)).toThrow('nothing to be taken up');
      expect(() => IN[state]().overturn('no', LATER)).toThrow('nothing to be undone');
    }
    expect(() => IN.failed().fail('again', LATER)).toThrow('no step has its turn');
  });

  it('that cannot be undone is for a person, and says so once', () => {
    const saga = took(begun(), DONE, NEVER, { kind: 'failed_for_good', reason: 'it is spent' });
    expect(saga.snapshot()).toMatchObject({ state: 'failed', attention: 'pay could not be undone: it is spent' });
    expect(saga.events).toMatchObject([{ type: 'saga.failed', cause: 'saga:sag_1', data: { subject: 'ref_1' } }]);
    saga.takeUp(LATER);
    expect(saga.snapshot()).toMatchObject({ state: 'compensating', attention: null });
  });

  it('that a person abandoned asks for nobody, whatever it waited for, and can be taken up again', () => {
    for (const state of ['running', 'waiting', 'compensating', 'failed'] as const) {
      const saga = IN[state]();
      saga.pullEvents();
      expect(saga.abandon('it is a test', LATER)).toBe(true);
      expect(saga.snapshot()).toMatchObject({ state: 'failed', attention: null, nextLookAt: null });
      expect(saga.snapshot().steps.map(({ note }) => note)).toContain('it is a test');
      expect(saga.events.map(({ type }) => type)).toEqual(['saga.abandoned']);
      saga.takeUp(LATER);
      expect(saga.task).not.toBeNull();
    }
    for (const state of ['completed', 'compensated'] as const) expect(IN[state]().abandon('no', LATER)).toBe(false);
  });

  it('that was completed is undone from its last step when that holds no more', () => {
    const saga = took(begun(), DONE, DONE, DONE);
    saga.overturn('the bank sent it back', LATER);
    expect(saga.task).toMatchObject({ step: { name: 'tell', since: LATER }, way: 'back' });
    expect(saga.events).toMatchObject([{ type: 'saga.reopened', data: { reason: 'the bank sent it back' } }]);
    expect(states(took(saga, DONE, DONE, DONE))).toEqual(['compensated', 'compensated', 'compensated']);
  });

  it('whose step waits past its limit is listed for a person once, and no more when the step ends', () => {
    const saga = begun();
    saga.take(WAITS, after(HOUR - SECOND), HOUR);
    expect(saga.snapshot()).toMatchObject({ attention: null, steps: [{ deadline: after(HOUR) }, {}, {}] });
    for (const at of [after(HOUR), after(2 * HOUR)]) saga.take(WAITS, at, HOUR);
    expect(saga.snapshot()).toMatchObject({ state: 'waiting', attention: 'book has waited too long for a bank' });
    expect(saga.events.map(({ type }) => type)).toEqual(['saga.handed_over']);
    expect(took(saga, DONE).snapshot()).toMatchObject({ state: 'running', attention: null });
  });

  it('takes the deadline that its step gives, or none where it says so', () => {
    const given = took(begun(), { ...WAITS, deadline: after(HOUR / 2) });
    expect(given.snapshot().attention).toContain('too long');
    const none = begun();
    none.take({ ...WAITS, deadline: null }, LATER, MINUTE);
    expect(none.snapshot()).toMatchObject({ attention: null, steps: [{ deadline: null }, {}, {}] });
  });

  it('whose step throws counts the try, and is taken up again should nobody do it', () => {
    const saga = begun();
    saga.stumble(`Error: ${'x'.repeat(400)}`, LATER);
    const props: SagaProps = saga.snapshot();
    expect(props).toMatchObject({ state: 'running', steps: [{ tries: 1, ranAt: LATER }, {}, {}] });
    expect([props.steps[0]?.note?.length, props.nextLookAt! > LATER]).toEqual([300, true]);
  });

  it('without steps is none', () => {
    expect(() => begun([])).toThrow('has no steps');
  });
});
