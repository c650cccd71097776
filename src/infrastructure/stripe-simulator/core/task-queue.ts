import type { TaskRecord } from './records';

interface Entry {
  task: TaskRecord;
  place: number;
}

/**
 * The earliest first, and of those due at the same time the one that was added first. A heap: into a sorted list a
 * hundred thousand tasks, such as the ends of as many authorizations, could only be inserted slowly.
 */
export class TaskQueue {
  private entries: Entry[] = [];
  private added = 0;

  get first(): TaskRecord | undefined {
    return this.entries[0]?.task;
  }

  add(task: TaskRecord): void {
    this.added += 1;
    const entry = { task, place: this.added };
    let at = this.entries.length;
    this.entries.push(entry);
    for (;;) {
      const above = (at - 1) >>> 1;
      const parent = this.entries[above];
      if (at === 0 || parent === undefined || isBefore(parent, entry)) break;
      this.entries[at] = parent;
      at = above;
    }
    this.entries[at] = entry;
  }

  removeFirst(): void {
    const last = this.entries.pop();
    if (last === undefined || this.entries.length === 0) return;
    let at = 0;
    for (;;) {
      const below = this.earlierBelow(at);
      const child = this.entries[below];
      if (child === undefined || isBefore(last, child)) break;
      this.entries[at] = child;
      at = below;
    }
    this.entries[at] = last;
  }

  clear(): void {
    this.entries = [];
  }

  private earlierBelow(at: number): number {
    const left = this.entries[2 * at + 1];
    const right = this.entries[2 * at + 2];
    return left !== undefined && right !== undefined && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.task.dueMs === other.task.dueMs ? one.place < other.place : one.task.dueMs < other.task.dueMs;
}
