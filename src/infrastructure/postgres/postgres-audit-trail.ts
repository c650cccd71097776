import type { DataSource, EntityManager } from 'typeorm';
import { AuditTrail, type AuditDraft, type TrailSnapshot } from '../../application/audit/audit-trail';
import { Batches } from '../../application/shared/batches';
import type { Cipher } from '../../application/shared/cipher';
import type { AuditEntry, AuditRecord } from '../../domain/audit/audit-entry';
import type { AuditMac } from '../../domain/audit/audit-mac';
import { BEGINNING, headAt, isGenuineHead, link, type AuditHead, type AuditPlace } from '../../domain/audit/chain';
import { AUDIT_COLUMNS, fromRow, sealDetail, toRow, type AuditRow } from './audit-row';
import { sqlStateOf, untilUndisturbed } from './postgres-unit-of-work';

/** Of one commit: so many at once are met in a flood only. */
const MOST_AT_ONCE = 100;
const READ_AT_ONCE = 1_000;
const TAKEN = '23505';
const TRIES = 2;

const HEAD = 'SELECT sequence, hash, mac FROM audit_head';

/** Whoever appends holds the head, on whatever instance, so that there is one chain. The time is asked for under it. */
const LOCK_HEAD = 'SELECT sequence, hash, mac FROM audit_head FOR UPDATE';
/** In its place while there is none: of several that append the very first entry, the others find the head of one. */
const LOCK_BEGINNING = 'SELECT pg_advisory_xact_lock(7236452)';
const NOW = `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`;
const LAST = 'SELECT sequence, hash FROM audit_entries ORDER BY sequence DESC LIMIT 1';

const APPEND = `
WITH head AS (
  INSERT INTO audit_head (sequence, hash, mac) VALUES ($1, $2, $3)
  ON CONFLICT (one) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, mac = excluded.mac
)
INSERT INTO audit_entries
SELECT * FROM jsonb_populate_recordset(NULL::audit_entries, $4::jsonb)`;

export type OnAppend = (place: AuditPlace) => void;

/** Entries that come at once are linked one after the other and committed together. */
export class PostgresAuditTrail extends AuditTrail {
  private readonly batches: Batches<AuditDraft, AuditPlace>;

  /** @param onAppend is told of each entry once it is committed: what it writes elsewhere anchors the chain there. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly mac: AuditMac,
    private readonly cipher: Cipher,
    private readonly onAppend: OnAppend,
  ) {
    super();
    this.batches = new Batches({ most: MOST_AT_ONCE, work: (drafts) => this.appendAll(drafts) });
  }

  override append(draft: AuditDraft): Promise<AuditPlace> {
    return this.batches.add(draft);
  }

  /** Through a cursor over one snapshot: what is appended meanwhile is not looked at, and the memory stays flat. */
  override inspect<T>(look: (snapshot: TrailSnapshot) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const head = await headBy(manager, HEAD);
      await manager.query(
        `DECLARE audit_inspection CURSOR FOR SELECT ${AUDIT_COLUMNS} FROM audit_entries ORDER BY audit_entries.sequence`,
      );
      return look({ head, entries: entriesOf(manager) });
    });
  }

  private async appendAll(drafts: readonly AuditDraft[]): Promise<AuditPlace[]> {
    for (let run = 1; ; run++) {
      try {
        const entries = await untilUndisturbed(() =>
          this.dataSource.transaction((manager) => this.store(manager, drafts, run > 1)),
        );
        for (const { sequence, hash } of entries) this.onAppend({ sequence, hash });
        return entries.slice(-drafts.length);
      } catch (error) {
        // An entry stands past the head.
        if (run === TRIES || sqlStateOf(error) !== TAKEN) throw error;
      }
    }
  }

  private async store(manager: EntityManager, drafts: readonly AuditDraft[], afterCollision: boolean) {
    const head = await this.lock(manager);
    const genuine = head !== null && isGenuineHead(this.mac, head);
    const [{ now } = { now: '' }] = await manager.query<{ now: string }[]>(NOW);
    const place = genuine && !afterCollision ? { last: head, fits: true } : await this.findEnd(manager, head);
    const records: ((sequence: number) => AuditRecord)[] = drafts.map(
      (draft) => (sequence) => this.seal(draft, sequence),
    );
    // The chain goes on, so that nobody is kept from work, and keeps that its head did not fit.
    if (!place.fits) records.unshift(() => alarmOf(drafts[0]));
    const entries: AuditEntry[] = [];
    for (const record of records) {
      const last: AuditPlace = entries.at(-1) ?? place.last;
      entries.push(link(this.mac, last, record(last.sequence + 1), now));
    }
    const { sequence, hash, mac } = headAt(this.mac, entries.at(-1) ?? place.last);
    await manager.query(APPEND, [sequence, hash, mac, JSON.stringify(entries.map(toRow))]);
    return entries;
  }

  private async lock(manager: EntityManager): Promise<AuditHead | null> {
    const head = await headBy(manager, LOCK_HEAD);
    if (head !== null) return head;
    await manager.query(LOCK_BEGINNING);
    return headBy(manager, LOCK_HEAD);
  }

  /** Where the chain ends when the head does not say it: at the last entry, or where a genuine head has been. */
  private async findEnd(manager: EntityManager, head: AuditHead | null) {
    const [row] = await manager.query<Pick<AuditRow, 'sequence' | 'hash'>[]>(LAST);
    const end = row === undefined ? BEGINNING : { sequence: Number(row.sequence), hash: row.hash };
    if (head === null) return { last: end, fits: end.sequence === 0 };
    if (!isGenuineHead(this.mac, head)) return { last: end, fits: false };
    if (head.sequence > end.sequence) return { last: head, fits: false };
    return { last: end, fits: head.sequence === end.sequence && head.hash === end.hash };
  }

  private seal({ detail, ...record }: AuditDraft, sequence: number): AuditRecord {
    return { ...record, detail: detail === null ? null : sealDetail(this.cipher, sequence, detail) };
  }
}

function alarmOf(draft: AuditDraft | undefined): AuditRecord {
  return {
    phase: 'alarm',
    ...{ principal: 'cashdesk', role: 'none', channel: draft?.channel ?? 'http', requestId: draft?.requestId ?? '' },
    ...{ action: 'audit head does not fit', target: null, asked: null, status: null, code: null, detail: null },
  };
}

async function headBy(manager: EntityManager, sql: string): Promise<AuditHead | null> {
  const [row] = await manager.query<{ sequence: string; hash: string; mac: string }[]>(sql);
  return row === undefined ? null : { ...row, sequence: Number(row.sequence) };
}

async function* entriesOf(manager: EntityManager): AsyncGenerator<AuditEntry> {
  for (;;) {
    const rows = await manager.query<AuditRow[]>(`FETCH ${String(READ_AT_ONCE)} FROM audit_inspection`);
    for (const row of rows) yield fromRow(row);
    if (rows.length < READ_AT_ONCE) return;
  }
}
