import { existsSync } from 'node:fs';
import { join } from 'node:path';

const DIST = join(__dirname, '../../dist');
const COMPILED_CODE = join(DIST, 'compiled-code');
const PRELOAD = join(DIST, 'test/processes/has-compiled-code.js');

/** Whether it can be made, and is not there yet. */
export function codeIsToBeCompiled(): boolean {
  return existsSync(PRELOAD) && !existsSync(COMPILED_CODE);
}

/**
 * What Node is told before the entry of a service. Most of a start is finding and compiling two thousand files, and a
 * run of the specs has hundreds of starts.
 */
export function quickly(): string[] {
  return existsSync(COMPILED_CODE) ? ['--require', PRELOAD] : [];
}
