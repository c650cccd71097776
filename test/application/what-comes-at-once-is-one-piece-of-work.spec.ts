import { Batches, type BatchOptions } from '../../src/application/shared/batches';
import { RightOfWay } from '../../src/application/shared/right-of-way';

/** Pieces of work that end when they are told to. */
class Work {
  readonly begun: (readonly string[])[] = [];
  readonly #ends: (() => void)[] = [];
  poison: string | null = null;

  batches(options: Partial<BatchOptions<string, string>> = {}): Batches<string, string> {
    return new Batches({
      most: 100,
      work: async (items) => {
        this.begun.push(items);
        await new Promise<void>((resolve) => this.#ends.push(resolve));
        if (this.poison !== null && items.includes(this.poison)) throw new Error(`${this.poison} is not taken`);
        return items.map((item) => item.toUpperCase());
      },
      ...options,
    });
  }

  /** Until nothing is under way any more. */
  async endAll(): Promise<void> {
    for (let end = this.#ends.shift(); end !== undefined; end = this.#ends.shift()) {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

let work: Work;
beforeEach(() => {
  work = new Work();
});

describe('What is asked for', () => {
  it('alone is begun at once, and alone', async () => {
    const answer = work.batches().add('a');
    expect(work.begun).toEqual([['a']]);
    await work.endAll();
    expect(await answer).toBe('A');
  });

  it('while a batch is under way is the next batch, and each gets its own answer', async () => {
    const batches = work.batches();
    const answers = Promise.all(['a', 'b', 'c', 'd'].map((item) => batches.add(item)));
    await work.endAll();
    expect(await answers).toEqual(['A', 'B', 'C', 'D']);
    expect(work.begun).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('is begun beside others, up to as many batches as may be under way', async () => {
    const batches = work.batches({ atOnce: 2 });
    const answers = Promise.all(['a', 'b', 'c', 'd'].map((item) => batches.add(item)));
    expect(work.begun).toEqual([['a'], ['b']]);
    await work.endAll();
    expect(await answers).toEqual(['A', 'B', 'C', 'D']);
    expect(work.begun[2]).toEqual(['c', 'd']);
  });

  it('in a flood makes batches of a bounded number', async () => {
    const batches = work.batches({ most: 10 });
    const answers = Promise.all(Array.from({ length: 95 }, (_, n) => batches.add(`item ${String(n)}`)));
    await work.endAll();
    expect(await answers).toHaveLength(95);
    expect(Math.max(...work.begun.map((items) => items.length))).toBe(10);
  });

  it('is bounded by weight too, and what weighs more than a whole batch goes alone', async () => {
    const batches = work.batches({ weight: { of: ({ length }) => length, most: 5 } });
    const answers = Promise.all(['a', 'bb', 'ccc', 'dddddddd', 'e'].map((item) => batches.add(item)));
    await work.endAll();
    await answers;
    expect(work.begun).toEqual([['a'], ['bb', 'ccc'], ['dddddddd'], ['e']]);
  });

  it('is told the failure of its batch', async () => {
    work.poison = 'b';
    const batches = work.batches();
    const ended = Promise.allSettled(['a', 'b', 'c'].map((item) => batches.add(item)));
    await work.endAll();
    expect((await ended).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('does not fail with another that alone is at fault', async () => {
    work.poison = 'poison';
    const batches = work.batches({ isFaultOfOne: () => true });
    const items = ['a', 'b', 'c', 'poison', 'd', 'e'];
    const ended = Promise.allSettled(items.map((item) => batches.add(item)));
    await work.endAll();
    const failed = (await ended).map(({ status }) => status === 'rejected');
    expect(failed).toEqual([false, false, false, true, false, false]);
  });

  it('does not wait for what would fail all the same', async () => {
    work.poison = 'a';
    const batches = work.batches({ most: 2, failsAll: () => true });
    const ended = Promise.allSettled(['a', 'b', 'c', 'd'].map((item) => batches.add(item)));
    await work.endAll();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    expect(work.begun).toEqual([['a']]);
  });

  it('after a failure is carried out', async () => {
    work.poison = 'a';
    const batches = work.batches();
    const failed = expect(batches.add('a')).rejects.toThrow('a is not taken');
    await work.endAll();
    await failed;
    const answer = batches.add('b');
    await work.endAll();
    expect(await answer).toBe('B');
  });
});

describe('What can be done later', () => {
  const settled = async (promise: Promise<void>): Promise<boolean> => {
    let over = false;
    void promise.then(() => (over = true));
    await new Promise((resolve) => setImmediate(resolve));
    return over;
  };
  const endless = () => new Promise<void>(() => undefined);

  it('goes at once while little is urgent', async () => {
    const rightOfWay = new RightOfWay({ tolerated: 1 });
    void rightOfWay.urgent(endless);
    expect(await settled(rightOfWay.giveWay())).toBe(true);
  });

  it('waits while much is urgent, and goes when that is over', async () => {
    const rightOfWay = new RightOfWay({ tolerated: 1, quiet: 20, most: 60_000 });
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const urgent = [rightOfWay.urgent(() => held), rightOfWay.urgent(() => held)];
    const waiting = rightOfWay.giveWay();
    expect(await settled(waiting)).toBe(false);
    end();
    await Promise.all(urgent);
    await waiting;
  });

  it('goes in the end, however long the press lasts', async () => {
    const rightOfWay = new RightOfWay({ tolerated: 0, quiet: 60_000, most: 20 });
    void rightOfWay.urgent(endless);
    await expect(rightOfWay.giveWay()).resolves.toBeUndefined();
  });

  it('is not held up by what failed', async () => {
    const rightOfWay = new RightOfWay({ tolerated: 0, quiet: 1 });
    await expect(rightOfWay.urgent(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(rightOfWay.giveWay()).resolves.toBeUndefined();
  });
});
