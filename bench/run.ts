import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeOnSignals } from './ending';
import { isMet, table, type Benchmark } from './figures';
import { benchmark as decorators } from './decorators';
import { benchmark as ledger } from './ledger';
import { benchmark as listings } from './listings';
import { benchmark as outage } from './outage';
import { benchmark as payments } from './payments';
import { benchmark as recovery } from './recovery';
import { benchmark as start } from './start';
import { benchmark as stripeSimulator } from './stripe-simulator';
import { benchmark as webhooks } from './webhooks';

/** All of bench/, by the name of its file. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  'stripe-simulator': stripeSimulator,
  payments,
  listings,
  ledger,
  recovery,
  start,
  webhooks,
  decorators,
  outage,
};
const RESULTS = 'bench/results';

/** Each table on the screen, and beside it in bench/results as JSON too. Ends with 1 when a floor was missed. */
async function main(names: readonly string[]): Promise<void> {
  closeOnSignals();
  mkdirSync(RESULTS, { recursive: true });
  for (const name of names.length === 0 ? Object.keys(BENCHMARKS) : names) {
    const run = BENCHMARKS[name];
    if (run === undefined) throw new Error(`there is ${Object.keys(BENCHMARKS).join(', ')}, but no '${name}'`);
    const result = await run();
    process.stdout.write(`${table(result)}\n`);
    writeFileSync(join(RESULTS, `${name}.md`), table(result));
    writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
    if (!result.figures.every(isMet)) process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
