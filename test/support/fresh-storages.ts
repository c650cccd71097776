import { AsyncLocalStorage } from 'node:async_hooks';

type Storage = AsyncLocalStorage<unknown>;
/** On the class itself, which is Node's own and the same for all spec files of a worker. */
const USED = Symbol.for('cashdesk.storages-in-use');
const shared = AsyncLocalStorage.prototype as Storage & { [USED]?: Set<Storage> };

/**
 * Node 20 asks every storage that was ever used at every promise: those of the spec files before this one made a worker
 * slower with each file, a hundred times in the end.
 */
function forgetUsed(): void {
  for (const storage of usedSoFar()) storage.disable();
  usedSoFar().clear();
}

function usedSoFar(): Set<Storage> {
  if (shared[USED] !== undefined) return shared[USED];
  const used = new Set<Storage>();
  const { run } = shared as { run: (this: Storage, ...given: unknown[]) => unknown };
  Object.assign(shared, {
    run(this: Storage, ...given: unknown[]) {
      used.add(this);
      return run.apply(this, given);
    },
  });
  shared[USED] = used;
  return used;
}

forgetUsed();
