import { query } from './query';

/** How the saga of a refund ends, by how the refund did. */
const ENDS: Readonly<Record<string, string>> = {
  succeeded: 'completed',
  failed: 'compensated',
  canceled: 'compensated',
  rejected: 'compensated',
  withdrawn: 'compensated',
  superseded: 'compensated',
};

/** What the customer has to have been told at last; what is not here, of that nobody is told. */
const LAST_TOLD: Readonly<Record<string, string>> = { succeeded: 'succeeded', failed: 'failed', canceled: 'failed' };

interface Conducted {
  readonly id: string;
  readonly status: string;
  readonly origin: string;
  readonly state: string | null;
  readonly told: readonly string[];
}

const CONDUCTED = `
SELECT r.id, r.status, r.origin, s.state,
  ARRAY(SELECT data->>'kind' FROM domain_events e WHERE e.payment_id = r.payment_id
    AND e.type = 'refund.customer_to_be_told' AND e.data->>'refund' = r.id ORDER BY e.id) AS told
FROM refunds r LEFT JOIN sagas s ON s.subject = r.id AND s.kind = 'refund'`;

/**
 * Every refund that began here has a saga which ended as it did, the customer was told each thing once and the truth last,
 * and nothing waits past its deadline without being listed for a person.
 */
export async function sagaFindings(databaseUrl: string): Promise<string[]> {
  const rows = (await query(databaseUrl, CONDUCTED)) as unknown as Conducted[];
  const late = await query(
    databaseUrl,
    `SELECT s.id, step->>'name' AS step FROM sagas s, jsonb_array_elements(s.steps) AS step
     WHERE s.next_look_at IS NOT NULL AND s.attention IS NULL
       AND (step->>'deadline')::timestamptz < now() - interval '5 seconds'`,
  );
  const overdue = await query(databaseUrl, `SELECT id FROM sagas WHERE next_look_at < now() - interval '20 seconds'`);
  return [
    ...rows.flatMap((row) => [...conducted(row), ...told(row)]),
    ...late.map((row) => `E: the saga ${JSON.stringify(row)} waits past its deadline, and nobody was asked`),
    ...overdue.map(({ id }) => `E: the saga ${String(id)} is looked at by nobody`),
  ];
}

function conducted({ id, status, origin, state }: Conducted): string[] {
  if (origin === 'dashboard') return state === null ? [] : [`F: ${id} was made in the dashboard, and has a saga`];
  if (state === null) return [`F: ${id} has no saga`];
  const expected = ENDS[status];
  const ended = state === 'completed' || state === 'compensated';
  if (expected === undefined) return ended ? [`F: ${id} is ${status}, and its saga has ended as ${state}`] : [];
  return state === expected ? [] : [`F: ${id} is ${status}, and its saga is ${state}`];
}

function told({ id, status, origin, told: kinds }: Conducted): string[] {
  const last = origin === 'dashboard' ? undefined : LAST_TOLD[status];
  const said = `F: of ${id}, which is ${status}, the customer was told ${JSON.stringify(kinds)}`;
  if (new Set(kinds).size < kinds.length) return [`${said}: one of it twice`];
  if (kinds.at(-1) !== last) return [said];
  return [];
}
