import { Option, SubCommand } from 'nest-commander';
import { VerifyAudit } from '../../application/audit/verify-audit';
import type { AuditPlace } from '../../domain/audit/chain';
import type { Damage, DamageKind, Inspection } from '../../domain/audit/chain-inspection';
import { failed, wrongUsage } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';
import { ReadsOnly } from './reads-only';
import { table, type Column } from './table';

interface Options extends JsonOptions {
  readonly anchor?: AuditPlace;
}

const MEANINGS: Readonly<Record<DamageKind, string>> = {
  changed: 'changed: it is not what was appended',
  removed: 'removed',
  inserted: 'inserted: nobody appended it',
  unlinked: 'does not follow the entry before it',
  tail_cut: 'cut off at the end',
  head_wrong: 'the head does not fit: it was changed, set back or removed',
  anchor_broken: 'is not the entry that the anchor says',
};

const COLUMNS: readonly Column<Damage>[] = [
  {
    title: 'entry',
    value: ({ sequence, until }) => (until === sequence ? String(sequence) : `${String(sequence)} to ${String(until)}`),
  },
  { title: 'damage', value: ({ kind }) => MEANINGS[kind] },
];

const UNFINISHED: readonly Column<Inspection['unfinished'][number]>[] = [
  { title: 'entry', value: ({ sequence }) => String(sequence) },
  { title: 'when', value: ({ occurredAt }) => occurredAt },
  { title: 'who', value: ({ principal }) => principal },
  { title: 'what', value: ({ action }) => action },
  { title: 'target', value: ({ target }) => target },
];

@ReadsOnly()
@SubCommand({ name: 'verify', description: 'check that no entry was changed, removed or inserted' })
export class AuditVerifyCommand extends JsonCommand {
  constructor(
    private readonly verifyAudit: VerifyAudit,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json, anchor }: Options): Promise<void> {
    const found = await this.verifyAudit.execute(anchor ?? null, (entries) => {
      this.output.progress(`${String(entries)} entries so far`);
    });
    if (json === true) this.output.json({ intact: found.damaged === 0, ...found });
    else this.output.text(textOf(found));
    const [first] = found.damages;
    if (first !== undefined) {
      throw failed(`The audit trail is damaged, first at entry ${String(first.sequence)} (${MEANINGS[first.kind]}).`);
    }
  }

  @Option({
    flags: '--anchor <seq:hash>',
    description: "check a place that was noted outside, as the service's log has it",
  })
  parseAnchor(text: string): AuditPlace {
    const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
    if (sequence === undefined || hash === undefined) {
      throw wrongUsage('--anchor must be the number of an entry, a colon and its hash of 64 hexadecimal digits.');
    }
    return { sequence: Number(sequence), hash };
  }
}

function textOf({ entries, last, damaged, damages, unfinished }: Inspection): string {
  const parts = [
    damaged === 0
      ? `${String(entries)} entries, all as they were appended. The last one: ${String(last.sequence)}:${last.hash}`
      : `${String(entries)} entries, ${String(damaged)} damages:\n\n${table(COLUMNS, damages)}`,
  ];
  if (damaged > damages.length) parts.push(`The first ${String(damages.length)} are shown.`);
  if (unfinished.length > 0) {
    parts.push(`Asked and without an outcome, under way or ended in the middle:\n\n${table(UNFINISHED, unfinished)}`);
  }
  return parts.join('\n\n');
}
