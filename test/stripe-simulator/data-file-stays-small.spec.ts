import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '../../src/infrastructure/stripe-simulator/core/store';

const SMALL = 20_000;

describe('The data file stays small', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'data-file-'));
    file = join(folder, 'stripe.log');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (store: Store, id: string, returnUrl: string): void => {
    const tx = store.begin();
    tx.put('attempts', { id, returnUrl, authenticated: null });
    tx.commit();
  };
  const rows = (store: Store): unknown[] => [...store.table('attempts').values()];

  it('though rows are replaced again and again', () => {
    const store = new Store(file, SMALL);
    for (let round = 0; round < 2_000; round += 1) write(store, `pi_${round % 10}`, `https://example.com/${round}`);
    expect(statSync(file).size).toBeLessThan(2 * SMALL);
    const before = rows(store);
    store.close();
    expect(rows(new Store(file, SMALL))).toEqual(before);
  });

  it('while all that was written is there for whoever starts from it at any moment', () => {
    const store = new Store(file, SMALL);
    const copy = join(folder, 'copy.log');
    for (let round = 0; round < 1_000; round += 1) {
      write(store, `pi_${round % 7}`, `https://example.com/${round}`);
      if (round % 90 !== 0) continue;
      copyFileSync(file, copy);
      const restarted = new Store(copy, SMALL);
      expect(rows(restarted)).toEqual(rows(store));
      restarted.close();
    }
    store.close();
  });

  it('without being rewritten for nothing when all of it is alive', () => {
    const store = new Store(file, SMALL);
    const sizes: number[] = [];
    for (let round = 0; round < 4_000; round += 1) {
      write(store, `pi_${round}`, 'https://example.com/');
      sizes.push(statSync(file).size);
    }
    // A rewritten file has as many lines, each with a row of its own: not smaller, so its size says nothing.
    expect(sizes.every((size, at) => at === 0 || size > (sizes[at - 1] ?? 0))).toBe(true);
    store.close();
  });

  it('and a rewriting that was killed leaves the file before it', () => {
    const store = new Store(file, SMALL);
    write(store, 'pi_1', 'https://example.com/1');
    store.close();
    // As far as the process had come: half of the new file, and half of a change.
    writeFileSync(`${file}.new`, readFileSync(file, 'utf8').slice(0, 20));
    appendFileSync(file, '[{"table":"attempts","id":"pi_2","row":{"id":"pi_');
    const restarted = new Store(file, SMALL);
    expect(rows(restarted)).toEqual([{ id: 'pi_1', returnUrl: 'https://example.com/1', authenticated: null }]);
    write(restarted, 'pi_3', 'https://example.com/3');
    restarted.close();
    expect(rows(new Store(file, SMALL))).toHaveLength(2);
    expect(existsSync(`${file}.new`)).toBe(false);
  });
});
