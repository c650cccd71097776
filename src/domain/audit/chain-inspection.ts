import type { AuditEntry } from './audit-entry';
import type { AuditMac } from './audit-mac';
import { BEGINNING, isGenuine, isGenuineHead, type AuditHead, type AuditPlace } from './chain';

export type DamageKind =
  /** The entry is not what it was when it was appended. */
  | 'changed'
  /** An entry that must be there is not. */
  | 'removed'
  /** An entry that nobody appended. */
  | 'inserted'
  /** The entry follows another one than it did. */
  | 'unlinked'
  /** Entries up to the head are missing from the end. */
  | 'tail_cut'
  /** The head is missing, was not made with the key, or is another entry's. */
  | 'head_wrong'
  /** The entry that was anchored outside is missing or another one. */
  | 'anchor_broken';

export interface Damage {
  readonly kind: DamageKind;
  readonly sequence: number;
  /** Of several entries in a row, the last one. */
  readonly until: number;
}

/** What was asked and has no outcome: it is under way, or its process ended in the middle. */
export type Unfinished = Pick<AuditEntry, 'sequence' | 'occurredAt' | 'principal' | 'action' | 'target' | 'requestId'>;

export interface Inspection {
  readonly entries: number;
  readonly last: AuditPlace;
  readonly damaged: number;
  /** The first ones. */
  readonly damages: readonly Damage[];
  readonly unfinished: readonly Unfinished[];
}

/** However much is damaged, the memory that it takes has an end. */
const MOST_TOLD = 100;

/** Looks at the entries of a chain one by one, in their order, and then at its head. */
export class ChainInspection {
  readonly #damages: Damage[] = [];
  readonly #unfinished = new Map<number, Unfinished>();
  /** Where a genuine head says that the chain ends. */
  readonly #end: number | null;
  #damaged = 0;
  #entries = 0;
  #last: AuditPlace = BEGINNING;
  /** What follows a changed entry is not measured by what that one says of itself. */
  #lastGenuine = true;
  #anchorMet = false;

  /** @param anchor a place that was noted outside of the database. */
  constructor(
    private readonly mac: AuditMac,
    private readonly head: AuditHead | null,
    private readonly anchor: AuditPlace | null = null,
  ) {
    this.#end = head !== null && isGenuineHead(mac, head) ? head.sequence : null;
  }

  accept(entry: AuditEntry): void {
    const { sequence, hash } = entry;
    this.#entries += 1;
    const genuine = isGenuine(this.mac, entry);
    if (sequence <= this.#last.sequence || (!genuine && sequence > (this.#end ?? Infinity))) {
      this.note('inserted', sequence);
      return;
    }
    const follows = this.#last.sequence + 1;
    if (sequence > follows) this.note('removed', follows, sequence - 1);
    if (!genuine) this.note('changed', sequence);
    else if (sequence === follows && this.#lastGenuine && entry.previousHash !== this.#last.hash) {
      this.note('unlinked', sequence);
    }
    if (sequence === this.anchor?.sequence) {
      this.#anchorMet = true;
      if (hash !== this.anchor.hash) this.note('anchor_broken', sequence);
    }
    if (genuine) this.follow(entry);
    this.#last = { sequence, hash };
    this.#lastGenuine = genuine;
  }

  end(): Inspection {
    this.judgeHead();
    if (this.anchor !== null && !this.#anchorMet) this.note('anchor_broken', this.anchor.sequence);
    return {
      entries: this.#entries,
      last: this.#last,
      damaged: this.#damaged,
      damages: this.#damages,
      unfinished: [...this.#unfinished.values()],
    };
  }

  private judgeHead(): void {
    const { head } = this;
    const { sequence, hash } = this.#last;
    if (head === null) {
      // A trail that was never written to has none.
      if (sequence > 0) this.note('head_wrong', sequence);
    } else if (this.#end === null) this.note('head_wrong', head.sequence);
    else if (head.sequence > sequence) this.note('tail_cut', sequence + 1, head.sequence);
    else if (head.sequence < sequence || (this.#lastGenuine && head.hash !== hash)) {
      this.note('head_wrong', head.sequence);
    }
  }

  private follow({ phase, sequence, asked, ...entry }: AuditEntry): void {
    if (phase === 'alarm') this.note('head_wrong', sequence);
    if (phase === 'asked') {
      const { occurredAt, principal, action, target, requestId } = entry;
      this.#unfinished.set(sequence, { sequence, occurredAt, principal, action, target, requestId });
    }
    if (phase === 'outcome' && asked !== null) this.#unfinished.delete(asked);
  }

  private note(kind: DamageKind, sequence: number, until = sequence): void {
    this.#damaged += 1;
    if (this.#damages.length < MOST_TOLD) this.#damages.push({ kind, sequence, until });
  }
}
