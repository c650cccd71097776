import { IS_LONG, report, shuffled } from '../support/fault-suite';
import { nameOf } from './crash-points/boundaries-in';
import { CrashRun, type Extent, type FlowReport } from './crash-points/crash-run';
import { FLOWS } from './crash-points/flows';
import { WatchedHouse } from './crash-points/watched-house';
import { WatchedHouses } from './crash-points/watched-houses';

/** Most of the time goes into starting services, one processor for each. */
const AT_ONCE = 2;
/** In the short form: so many flows, each killed so often. */
const FLOWS_TRIED = 6;
const KILLS = 1;

const EXTENT: Extent = IS_LONG
  ? { records: 2, tries: 3, order: (boundaries) => boundaries, kills: Infinity }
  : { records: 1, tries: 1, order: (boundaries) => shuffled(boundaries, nameOf), kills: KILLS };
const TRIED = IS_LONG ? FLOWS : shuffled(FLOWS, ({ name }) => name).slice(0, FLOWS_TRIED);

const houses = new WatchedHouses(AT_ONCE);
const reports: FlowReport[] = [];

afterAll(async () => {
  await houses.tearDown();
  report(`Killed at the boundaries of ${String(TRIED.length)} of ${String(FLOWS.length)} flows`, [
    ...tableOf(reports),
    ...(await WatchedHouse.leftOut()).map((what) => [`left out: ${what}`]),
  ]);
});

it.concurrent.each(TRIED)(
  '$name: comes back to the truth when it is killed at any boundary',
  async (flow) => {
    const house = await houses.take();
    const run = new CrashRun(flow, house, EXTENT);
    let isSound = false;
    try {
      const told = await run.execute();
      isSound = true;
      reports.push(told);
      expect(told.differences).toEqual([]);
      expect(told.killed).toBeGreaterThan(0);
    } finally {
      await houses.giveBack(run.houseAfterwards, isSound);
    }
  },
  3_600_000,
);

function* tableOf(flows: readonly FlowReport[]): Generator<(number | string)[]> {
  yield ['flow', 'boundaries', 'tried', 'killed', 'recovered', 'races', 'differences'];
  for (const { flow, boundaries, tried, killed, recovered, races, differences } of flows) {
    yield [flow, boundaries, tried, killed, recovered, races.length, differences.length];
  }
  const sum = (of: (each: FlowReport) => number) => flows.reduce((total, each) => total + of(each), 0);
  yield [
    'all',
    sum((each) => each.boundaries),
    sum((each) => each.tried),
    sum((each) => each.killed),
    sum((each) => each.recovered),
    sum((each) => each.races.length),
    sum((each) => each.differences.length),
  ];
  for (const { flow, races } of flows) for (const race of races) yield [`race: ${flow}, ${race}`];
}
