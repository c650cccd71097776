import type { Logger } from '@nestjs/common';
import { GatewayUnavailable } from '../../src/application/shared/gateway-unavailable';
import { Troubles, type TroubleWatch } from '../../src/infrastructure/wiring/troubles';

const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
const WHEN = '2026-11-01T12:00:00.000Z';

describe('A trouble of what is done again and again', () => {
  let told: object[];
  let troubles: Troubles;
  let sweep: TroubleWatch;
  let tidying: TroubleWatch;

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date(WHEN) });
    told = [];
    const keep = (line: object) => void told.push(line);
    troubles = new Troubles({ warn: keep, log: keep } as unknown as Logger);
    [sweep, tidying] = [troubles.ofLoop('sweep'), troubles.ofLoop('tidying')];
  });
  afterEach(() => jest.useRealTimers());

  const texts = () => told.map((line) => (line as { msg: string }).msg);
  const goesWell = (watch: TroubleWatch) => watch.over(() => Promise.resolve());

  async function everySecond(seconds: number, act: () => unknown): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await act();
      jest.advanceTimersByTime(1_000);
    }
  }

  it('is told when it begins, and once a minute with how often and since when', async () => {
    await everySecond(150, () => sweep.failed(new Error('no such column')));
    const error = 'Error: no such column';
    const msg = 'sweep failed and will be repeated';
    expect(told).toEqual([
      { msg, error },
      { msg, error, times: 61, since: WHEN },
      { msg, error, times: 121, since: WHEN },
    ]);
  });

  it('is told when it is over, once', async () => {
    await everySecond(10, () => sweep.failed(new Error('no such column')));
    await everySecond(20, () => goesWell(sweep));
    expect(told.at(-1)).toEqual({ msg: 'sweep goes well again', times: 10, since: WHEN });
    expect(texts()).toEqual(['sweep failed and will be repeated', 'sweep goes well again']);
  });

  it('is one when it comes and goes', async () => {
    await everySecond(30, async () => {
      sweep.failed(new Error('now and then'));
      await goesWell(sweep);
    });
    expect(texts()).toEqual(['sweep failed and will be repeated']);
  });

  it('is not over by what began before', async () => {
    let end: () => void = () => undefined;
    const long = sweep.over(() => new Promise<void>((resolve) => (end = resolve)));
    jest.advanceTimersByTime(1_000);
    sweep.failed(new Error('no such column'));
    jest.advanceTimersByTime(60_000);
    end();
    await long;
    expect(texts()).toEqual(['sweep failed and will be repeated']);
  });

  it('of the database is one, whoever meets it, and over when any of them goes well', async () => {
    await everySecond(10, () => {
      sweep.failed(AWAY);
      tidying.failed(new Error('in a word', { cause: AWAY }));
      troubles.ofOne('a payment could not be swept', AWAY);
    });
    await everySecond(10, () => goesWell(tidying));
    expect(texts()).toEqual([
      'the database does not answer; what is done in the background will be repeated',
      'the database answers again',
    ]);
    expect(told.at(-1)).toMatchObject({ times: 30 });
  });

  it('of Stripe is none of the database’s, and what fails by itself is told by itself', () => {
    sweep.failed(new GatewayUnavailable('Stripe is away', { cause: AWAY }));
    troubles.ofOne('a payment could not be swept', new Error('one'));
    troubles.ofOne('a payment could not be swept', new Error('other'));
    expect(texts()).toEqual([
      'sweep failed and will be repeated',
      'a payment could not be swept',
      'a payment could not be swept',
    ]);
  });
});
