import type { Canary } from './canary';
import type { House } from './house';
import { query } from './query';
import type { Answer } from './running-service';

const JOBS = '/api/v1/admin/jobs';

/** Calls of operators: about jobs, each with a dead letter of its own, by the operation of the API's document. */
export function markedJobCalls(house: House, canary: Canary): Readonly<Record<string, () => Promise<unknown>>> {
  let letters = 0;

  async function deadLetter(): Promise<string> {
    letters += 1;
    const [row] = await query(
      house.database.url,
      `INSERT INTO dead_jobs (queue, key, tries, failure, created_at)
       VALUES ('run-saga', 'saga_${String(letters)}', 14, 'broken', now())
       RETURNING 'job_' || lpad(id::text, 12, '0') AS id`,
    );
    return String(row?.id);
  }

  async function ok(asked: Promise<Answer>): Promise<void> {
    const { status, text } = await asked;
    if (status >= 300) throw new Error(`${String(status)} ${text}`);
  }

  const post = (path: string, body: object) =>
    house.service.post(`${JOBS}${path}`, `job-call-${String(++letters)}`, body);

  return {
    'GET /api/metrics': () => ok(house.service.get('/api/metrics')),
    'GET /api/v1/admin/jobs': () => ok(house.service.get(JOBS)),
    'GET /api/v1/admin/jobs/{id}': async () => ok(house.service.get(`${JOBS}/${await deadLetter()}`)),
    'POST /api/v1/admin/jobs/redrive': () => ok(post('/redrive', { failure: canary.text('searched') })),
    'POST /api/v1/admin/jobs/{id}/redrive': async () => ok(post(`/${await deadLetter()}/redrive`, {})),
    'POST /api/v1/admin/jobs/{id}/discard': async () =>
      ok(post(`/${await deadLetter()}/discard`, { reason: canary.text('discardreason') })),
  };
}
