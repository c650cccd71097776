/** What is at work now, for who waits; kept apart from the tables. */
export function progress(what: string): void {
  process.stderr.write(`${what}\n`);
}
