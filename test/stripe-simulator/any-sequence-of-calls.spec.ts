import fc from 'fast-check';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventRecord, SimulatorState } from '../support/simulator-control';
import { balanceByObjects, balanceByTransactions, overRefunded } from './ledger-model';
import { illegalSteps, untoldSteps } from './legal-transitions';
import { anyBillingCall, anyCall, Caller, type Call } from './random-calls';
import { simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

/** So long that only the clock that a call moves lets anything happen. */
const SLOW = {
  settlementDelayMs: 60_000,
  refundDelayMs: 60_000,
  refundFailureDelayMs: 60_000,
  disputeDelayMs: 60_000,
  disputeReviewMs: 60_000,
};
const seed = Number(process.env.SEQUENCE_SEED ?? Date.now() % 1_000_000_000);

describe(`Any sequence of calls (SEQUENCE_SEED=${seed})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'any-sequence-'));
  const file = join(folder, 'stripe.log');
  let simulator: SimulatorUnderTest;
  /** Where the simulator complains of what broke within it. */
  const complaints = jest.spyOn(process.stderr, 'write');

  beforeAll(async () => {
    simulator = await simulatorUnderTest({ dataFile: file });
  });
  afterAll(async () => {
    complaints.mockRestore();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['of payments', anyCall, 30],
    ['of payments, invoices and subscriptions', anyBillingCall, 20],
  ])('%s leaves the books in balance, takes legal steps only, and outlives a kill', async (_kind, call, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 40, size: 'max' }), async (calls) => {
        await simulator.control.reset();
        await simulator.control.settings(SLOW);
        await holdThroughout(simulator, calls);
        expect(complaints).not.toHaveBeenCalled();
        await checkRestart(simulator, file);
      }),
      { numRuns, seed, interruptAfterTimeLimit: 45_000 },
    );
  });
});

async function holdThroughout(simulator: SimulatorUnderTest, calls: readonly Call[]): Promise<void> {
  const caller = new Caller(simulator);
  const events = new Map<string, EventRecord>();
  let state = await simulator.control.state();
  for (const call of calls) {
    await caller.make(call, state);
    state = await simulator.control.state();
    for (const event of state.events) events.set(event.id, event);
    await checkBalance(simulator, state);
  }
  checkStatuses(state, [...events.values()]);
}

async function checkBalance({ stripe }: SimulatorUnderTest, state: SimulatorState): Promise<void> {
  const { available, pending } = await stripe.balance.retrieve();
  const shown = new Map<string, number>();
  for (const { currency, amount } of [...available, ...pending]) {
    shown.set(currency, (shown.get(currency) ?? 0) + amount);
  }
  for (const currency of ['gbp', 'jpy', 'kwd', 'usd']) {
    const amount = balanceByTransactions(state).get(currency) ?? 0;
    expect([currency, shown.get(currency) ?? 0]).toEqual([currency, amount]);
    expect([currency, balanceByObjects(state).get(currency) ?? 0]).toEqual([currency, amount]);
  }
  expect(overRefunded(state)).toEqual([]);
}

function checkStatuses(state: SimulatorState, events: readonly EventRecord[]): void {
  const payments = [...state.payment_intents, ...state.setup_intents, ...state.charges, ...state.refunds];
  const objects = [...payments, ...state.disputes, ...state.payouts, ...state.invoices, ...state.subscriptions];
  expect(illegalSteps(events)).toEqual([]);
  expect(untoldSteps(events, objects)).toEqual([]);
}

/** What the file holds in the middle of it all is what a killed process leaves. */
async function checkRestart({ control }: SimulatorUnderTest, file: string): Promise<void> {
  const copy = `${file}.copy`;
  copyFileSync(file, copy);
  const restarted = await simulatorUnderTest({ dataFile: copy });
  try {
    expect(await restarted.control.savedState()).toEqual(await control.savedState());
  } finally {
    await restarted.close();
  }
}
