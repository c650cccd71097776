type Step = () => Promise<void> | void;

/** What a benchmark has opened and not yet closed, oldest first. */
const open: Step[] = [];

/** Registers what ends a process or removes a folder. @returns the same, to be called when its time has come. */
export function untilClosed(close: Step): () => Promise<void> {
  open.push(close);
  return async () => {
    const at = open.indexOf(close);
    if (at < 0) return;
    open.splice(at, 1);
    await close();
  };
}

/** Ctrl-C leaves no process and no folder behind. */
export function closeOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stderr.write(`${signal} received: ending what was started.\n`);
      void closeAll().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    });
  }
}

async function closeAll(): Promise<void> {
  for (let close = open.pop(); close !== undefined; close = open.pop()) {
    try {
      await close();
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    }
  }
}
