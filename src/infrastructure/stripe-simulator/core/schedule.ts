import type { Context } from './context';
import { newId } from './ids';
import type { TaskKind } from './records';

/** Sets what is to be done later, by the clock that this change goes by. */
export function schedule(ctx: Context, kind: TaskKind, object: string, dueMs: number): void {
  ctx.tx.put('tasks', { id: newId('task'), kind, object, dueMs, clock: ctx.testClock });
}

export function unschedule(ctx: Context, kind: TaskKind, object: string): void {
  for (const task of ctx.tx.where('tasks', 'object', object)) {
    if (task.kind === kind) ctx.tx.delete('tasks', task.id);
  }
}
