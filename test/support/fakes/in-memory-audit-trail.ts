import { createHmac } from 'node:crypto';
import { AuditQueries, type AuditView } from '../../../src/application/audit/audit-queries';
import { AuditTrail, type AuditDraft, type TrailSnapshot } from '../../../src/application/audit/audit-trail';
import { RecordAudit } from '../../../src/application/audit/record-audit';
import type { Page } from '../../../src/application/shared/page';
import type { AuditEntry } from '../../../src/domain/audit/audit-entry';
import { AuditMac } from '../../../src/domain/audit/audit-mac';
import { BEGINNING, headAt, link, type AuditPlace } from '../../../src/domain/audit/chain';

export class KnownMac extends AuditMac {
  constructor(private readonly key = 'known') {
    super();
  }

  override of(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('hex');
  }
}

/** Keeps its entries, and details in clear. */
export class InMemoryAuditTrail extends AuditTrail {
  readonly mac = new KnownMac();
  entries: AuditEntry[] = [];
  readonly lost: AuditPlace[] = [];
  /** Thrown by the next appends, one each. */
  failures: (Error | null)[] = [];

  get record(): RecordAudit {
    return new RecordAudit(this, (asked) => this.lost.push(asked));
  }

  override async append({ detail, ...draft }: AuditDraft): Promise<AuditPlace> {
    const failure = this.failures.shift() ?? null;
    if (failure !== null) throw failure;
    const record = { ...draft, detail: detail === null ? null : JSON.stringify(detail) };
    const last = this.entries.at(-1) ?? BEGINNING;
    const entry = link(this.mac, last, record, `2026-12-01T10:00:00.${String(last.sequence).padStart(6, '0')}Z`);
    this.entries.push(entry);
    return entry;
  }

  override inspect<T>(look: (snapshot: TrailSnapshot) => Promise<T>): Promise<T> {
    const [entries, last] = [[...this.entries], this.entries.at(-1)];
    return look({ head: last === undefined ? null : headAt(this.mac, last), entries: each(entries) });
  }
}

/** Shows what the trail holds, on one page. */
export class InMemoryAuditQueries extends AuditQueries {
  readonly asked: unknown[] = [];

  constructor(private readonly trail: InMemoryAuditTrail) {
    super();
  }

  override async list(...asked: unknown[]): Promise<Page<AuditView>> {
    this.asked.push(asked);
    const data = this.trail.entries.map(({ detail, previousHash: _previous, ...entry }): AuditView => {
      return { ...entry, detail: detail === null ? null : (JSON.parse(detail) as AuditView['detail']) };
    });
    return { data: data.reverse(), nextCursor: null };
  }
}

async function* each(entries: readonly AuditEntry[]): AsyncGenerator<AuditEntry> {
  yield* entries;
}
