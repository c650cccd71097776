/** Milliseconds that work has to come to its end, once the service is to stop. */
const PATIENCE = 15_000;

/** @returns whether it ended; what did not goes on by itself, until the process ends. */
export async function inTime(work: Promise<unknown>, patience = PATIENCE): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, patience, false);
  });
  const ended = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return ended;
}
