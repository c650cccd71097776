import { UnitOfWork } from '../../src/application/shared/unit-of-work';
import { BoundedUnitOfWork } from '../../src/infrastructure/resilience/bounded-unit-of-work';

/** Transactions that end when they are told to. */
class Transactions extends UnitOfWork {
  open = 0;
  most = 0;

  override async run<T>(work: () => Promise<T>): Promise<T> {
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    try {
      return await work();
    } finally {
      this.open -= 1;
    }
  }
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('Work that nobody waits for', () => {
  it('never has more transactions than it may, and each piece has its turn in its order', async () => {
    const transactions = new Transactions();
    const bounded = new BoundedUnitOfWork(transactions, 3);
    const ended: number[] = [];
    const pieces = Array.from({ length: 20 }, (_, n) =>
      bounded.run(async () => {
        await soon();
        ended.push(n);
        return n;
      }),
    );
    expect(await Promise.all(pieces)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(ended).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(transactions.most).toBe(3);
  });

  it('that fails makes room for the next', async () => {
    const bounded = new BoundedUnitOfWork(new Transactions(), 1);
    const failed = bounded.run(() => Promise.reject(new Error('broken')));
    const next = bounded.run(() => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe('done');
  });
});
