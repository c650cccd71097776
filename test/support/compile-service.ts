import { House } from './house';
import { codeIsToBeCompiled } from './quick-start';

/** Starts the service once after each build, and keeps what V8 compiled for all the starts that follow. */
export async function compileService(): Promise<void> {
  if (!codeIsToBeCompiled()) return;
  const house = await House.build();
  try {
    await house.open({ env: { NODE_OPTIONS: '--require ./dist/test/processes/keeps-compiled-code.js' } });
  } catch {
    // Why it does not start is what the specs are for.
  } finally {
    await house.tearDown();
  }
}
