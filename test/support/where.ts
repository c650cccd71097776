/** `it` where the condition holds; elsewhere the test is skipped and says so. */
export function itWhere(condition: boolean, reason: string): (name: string, test: () => Promise<void>) => void {
  return (name, test) => {
    if (condition) {
      it(name, test);
      return;
    }
    process.stderr.write(`\n*** SKIPPED: ${name} (${reason}) ***\n\n`);
    it.skip(name, test);
  };
}
