import { RequestJournal } from '../../src/infrastructure/stripe-simulator/core/request-journal';

const MEGABYTE = 1_000_000;

describe('The journal of requests', () => {
  const request = (id: string, size: number): Parameters<RequestJournal['begin']>[0] => ({
    id,
    method: 'POST',
    path: '/v1/customers',
    idempotencyKey: null,
    text: `name=${'x'.repeat(size)}`,
  });

  it('forgets the oldest when many were large', () => {
    const journal = new RequestJournal();
    for (let at = 0; at < 200; at += 1) journal.begin(request(`req_${String(at)}`, MEGABYTE));
    const kept = journal.list().map(({ id }) => id);
    expect(kept.length).toBeGreaterThan(40);
    expect(kept.length).toBeLessThanOrEqual(50);
    expect(kept.at(-1)).toBe('req_199');
  });

  it('keeps fifty thousand small ones at most', () => {
    const journal = new RequestJournal();
    for (let at = 0; at < 50_001; at += 1) journal.begin(request(`req_${String(at)}`, 1));
    expect(journal.list()).toHaveLength(45_000);
    journal.clear();
    expect(journal.list()).toEqual([]);
  });
});
