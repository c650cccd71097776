/** A column of sealed texts, and how the context is made to which each of them is bound. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key. */
  readonly key: readonly string[];
  /** In SQL, whose it is: what stands behind the colon of the context. */
  readonly owner: string;
  /** How many of them are read at once; fewer where each may be large. */
  readonly batch: number;
}

/** Large enough that the round trips do not count, and small enough to hold no row for long. */
const BATCH = 500;
/** Files of evidence have megabytes. */
const FILES_AT_ONCE = 4;

function sealed(
  table: string,
  columns: readonly string[],
  key: readonly string[],
  owner = key.join(),
  batch = BATCH,
): SealedColumn[] {
  return columns.map((column) => ({ table, column, key, owner, batch }));
}

/** All of them: counted, and sealed anew when the key changes. A column that is missing here would be lost with its key. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  ...sealed('payments', ['client_secret', 'redirect_url', 'details'], ['id']),
  ...sealed('attempts', ['asked'], ['id']),
  ...sealed(
    'idempotency_records',
    ['answer'],
    ['principal', 'route', 'key'],
    "coalesce(attempt_id, principal || '/' || route || '/' || key)",
  ),
  ...sealed('webhook_events', ['payload'], ['id']),
  ...sealed('customers', ['personal'], ['id']),
  ...sealed('setups', ['request', 'consent', 'client_secret', 'redirect_url'], ['id']),
  ...sealed('payment_methods', ['details'], ['id']),
  ...sealed('refunds', ['note', 'decision_note'], ['id']),
  ...sealed('dispute_evidence', ['content'], ['id'], 'id', FILES_AT_ONCE),
  ...sealed('dispute_evidence', ['file_name'], ['id']),
  ...sealed('recovery_notes', ['note'], ['id']),
  ...sealed('dead_jobs', ['reason'], ['id']),
  ...sealed('sealed_keys', ['sealed'], ['name']),
];

export function nameOf({ table, column }: SealedColumn): string {
  return `${table}.${column}`;
}
