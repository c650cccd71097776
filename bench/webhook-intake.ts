import { join } from 'node:path';
import { untilClosed } from './ending';
import { overRounds, type Figure } from './figures';
import type { BurstOrder, BurstReport } from './processes/burst';
import { WEBHOOK_SECRET } from './processes/cashdesk';
import { Helper } from './processes/helper';
import { Server } from './processes/start';
import { progress } from './progress';
import type { WebhookHouse } from './webhook-house';

const BARE = join(__dirname, 'processes/bare-webhook-server.js');
const CONNECTIONS = 16;
const ROUNDS = 9;
/** Until everything is compiled. */
const WARM_UPS = 2;
const EVENTS = 2_000;
/** As many connections as the service has unless told otherwise. */
const POOL = '20';

export const INTAKE_CONDITIONS = {
  rounds: ROUNDS,
  'events per round': EVENTS,
  connections: CONNECTIONS,
};

/** What one round measured: events a second, and time of a core for each in microseconds. */
interface Round {
  readonly bare: Rates;
  readonly cashdesk: Rates;
  /** How many of the events were already worked on when the last was answered. */
  readonly applied: number;
}

interface Rates {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/** Events that are stored when they are answered, against a server that does no more than verify and insert. */
export async function intake(house: WebhookHouse): Promise<Figure[]> {
  const bareUrl = await house.createDatabase('bare');
  const bare = await Server.start(BARE, [bareUrl, POOL, WEBHOOK_SECRET], [], 'any');
  const load = new Helper<BurstOrder, BurstReport>('burst.js');
  const close = untilClosed(async () => {
    await load.stop();
    await bare.stop();
  });
  try {
    const rounds: Round[] = [];
    for (let round = 1; round <= WARM_UPS + ROUNDS; round += 1) {
      progress(`webhooks: intake, round ${String(round)} of ${String(WARM_UPS + ROUNDS)}`);
      const measured = {
        bare: await rates(load, bare, round),
        cashdesk: await rates(load, house.cashdesk, round),
        applied: EVENTS - (await house.waiting()),
      };
      // What is left to do must not slow the floor.
      await house.drained();
      if (round > WARM_UPS) rounds.push(measured);
    }
    return figuresOf(rounds, house.cashdesk.residentMb() / bare.residentMb());
  } finally {
    await close();
  }
}

interface Measured {
  readonly port: number;
  cpuMs(): number;
}

async function rates(load: Helper<BurstOrder, BurstReport>, server: Measured, round: number): Promise<Rates> {
  const cpuBefore = server.cpuMs();
  const { ms } = await load.carryOut({
    port: server.port,
    secret: WEBHOOK_SECRET,
    connections: CONNECTIONS,
    run: `round${String(round)}x`,
    events: EVENTS,
  });
  return { perSecond: (EVENTS * 1_000) / ms, cpuUs: ((server.cpuMs() - cpuBefore) * 1_000) / EVENTS };
}

function figuresOf(rounds: readonly Round[], memory: number): Figure[] {
  const figure = (name: string, unit: string, of: (round: Round) => number, owed?: Figure['owed']): Figure =>
    overRounds(name, unit, rounds.map(of), owed);
  return [
    figure('bare server, a row and a commit per event', 'events/s', ({ bare }) => bare.perSecond),
    figure('intake', 'events/s', ({ cashdesk }) => cashdesk.perSecond),
    figure('intake to the bare server', '', ({ bare, cashdesk }) => cashdesk.perSecond / bare.perSecond, {
      least: 0.8,
    }),
    figure('bare server, core time', 'µs/event', ({ bare }) => bare.cpuUs),
    figure('intake, core time', 'µs/event', ({ cashdesk }) => cashdesk.cpuUs),
    figure('applied by the end of the intake', 'events', ({ applied }) => applied),
    { name: 'resident memory after it, to the bare server', unit: '', value: memory, owed: { most: 2.5 } },
  ];
}
