import fc from 'fast-check';
import type { TaskRecord } from '../../src/infrastructure/stripe-simulator/core/records';
import { TaskQueue } from '../../src/infrastructure/stripe-simulator/core/task-queue';

/** A number adds a task that is due then; null takes the first one. */
const step = fc.option(fc.nat(20), { nil: null });

describe('Tasks come in the order in which they are due', () => {
  it('and of those due at the same time the one that was added first', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new TaskQueue();
        const expected: TaskRecord[] = [];
        for (const [at, dueMs] of steps.entries()) {
          if (dueMs === null) {
            expect(queue.first).toBe(expected[0]);
            queue.removeFirst();
            expected.shift();
            continue;
          }
          const task: TaskRecord = { id: `task_${at}`, kind: 'settle_charge', object: 'ch_1', dueMs, clock: null };
          queue.add(task);
          const later = expected.findIndex((other) => other.dueMs > dueMs);
          expected.splice(later < 0 ? expected.length : later, 0, task);
        }
        for (const task of expected) {
          expect(queue.first).toBe(task);
          queue.removeFirst();
        }
        expect(queue.first).toBeUndefined();
      }),
    );
  });

  it('however many there are', () => {
    const queue = new TaskQueue();
    for (let at = 0; at < 100_000; at += 1) {
      queue.add({ id: `task_${at}`, kind: 'settle_charge', object: 'ch_1', dueMs: at, clock: null });
    }
    expect(queue.first?.id).toBe('task_0');
    queue.removeFirst();
    expect(queue.first?.id).toBe('task_1');
  });
});
