import fc from 'fast-check';
import type { AuditEntry, AuditRecord } from '../../src/domain/audit/audit-entry';
import { BEGINNING, headAt, link, type AuditPlace } from '../../src/domain/audit/chain';
import { ChainInspection, type Inspection } from '../../src/domain/audit/chain-inspection';
import { KnownMac } from '../support/fakes/in-memory-audit-trail';

const MAC = new KnownMac();
const AT = '2026-12-01T10:00:00.000001Z';

const record: fc.Arbitrary<AuditRecord> = fc.record({
  phase: fc.constantFrom('asked', 'denied'),
  asked: fc.constant(null),
  principal: fc.string(),
  role: fc.string(),
  channel: fc.constantFrom('http', 'cli'),
  action: fc.string(),
  target: fc.option(fc.string()),
  requestId: fc.string(),
  status: fc.option(fc.integer()),
  code: fc.option(fc.string()),
  detail: fc.option(fc.string()),
});
const chain = (least: number) => fc.array(record, { minLength: least, maxLength: 12 }).map(chained);

function chained(records: readonly AuditRecord[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const each of records) entries.push(link(MAC, entries.at(-1) ?? BEGINNING, each, AT));
  return entries;
}

/** As they come out of a database: by sequence. */
function inspect(entries: readonly AuditEntry[], head: AuditPlace, anchor: AuditPlace | null = null): Inspection {
  const inspection = new ChainInspection(MAC, headAt(MAC, head), anchor);
  for (const entry of [...entries].sort((a, b) => a.sequence - b.sequence)) inspection.accept(entry);
  return inspection.end();
}

const found = ({ damages }: Inspection) => damages.map(({ kind, sequence, until }) => ({ kind, sequence, until }));
const at = (kind: string, sequence: number, until = sequence) => ({ kind, sequence, until });

const FIELDS = ['occurredAt', 'principal', 'role', 'action', 'target', 'requestId', 'code', 'detail'] as const;

it('A chain that nobody touched is whole, with what was asked in it unfinished', () => {
  fc.assert(
    fc.property(chain(1), (entries) => {
      const whole = inspect(entries, entries.at(-1)!, entries[0]);
      expect(found(whole)).toEqual([]);
      expect(whole.unfinished).toHaveLength(entries.filter(({ phase }) => phase === 'asked').length);
    }),
  );
});

it('A field of an entry that was changed is found, whatever the field and the place', () => {
  fc.assert(
    fc.property(chain(1), fc.nat(), fc.constantFrom(...FIELDS), fc.string(), (entries, pick, field, text) => {
      const place = pick % entries.length;
      const before = entries[place]!;
      fc.pre(before[field] !== text);
      const changed = entries.with(place, { ...before, [field]: text });
      expect(found(inspect(changed, entries.at(-1)!))).toEqual([at('changed', place + 1)]);
    }),
  );
});

it('Text that moves from one field into the next is found', () => {
  const [entry] = chained([{ ...blank(), principal: 'ab', role: 'c' }]);
  expect(found(inspect([{ ...entry!, principal: 'a', role: 'bc' }], entry!))).toEqual([at('changed', 1)]);
  expect(found(inspect([{ ...entry!, target: '' }], entry!))).toEqual([at('changed', 1)]);
});

it('Entries that were removed are found, in the middle and at the end', () => {
  fc.assert(
    fc.property(chain(2), fc.nat(), fc.nat(), (entries, from, span) => {
      const first = from % entries.length;
      const last = Math.min(first + (span % 3), entries.length - 1);
      const left = entries.filter((_, index) => index < first || index > last);
      const kind = last === entries.length - 1 ? 'tail_cut' : 'removed';
      expect(found(inspect(left, entries.at(-1)!))).toEqual([at(kind, first + 1, last + 1)]);
    }),
  );
});

it('Two entries that changed their places are both named', () => {
  fc.assert(
    fc.property(chain(2), fc.nat(), fc.nat(), (entries, one, other) => {
      const [a, b] = [entries[one % entries.length]!, entries[other % entries.length]!];
      fc.pre(a.sequence < b.sequence);
      const swapped = entries
        .with(a.sequence - 1, { ...b, sequence: a.sequence })
        .with(b.sequence - 1, { ...a, sequence: b.sequence });
      const both = [at('changed', a.sequence), at('changed', b.sequence)];
      expect(found(inspect(swapped, entries.at(-1)!))).toEqual(both);
    }),
  );
});

it('An entry made without the key is found, wherever it is put', () => {
  fc.assert(
    fc.property(chain(1), record, fc.boolean(), (entries, forged, past) => {
      const last = entries.at(-1)!;
      const forger = new KnownMac('guessed');
      const place = past ? last : { ...BEGINNING, sequence: -1 };
      const inserted = link(forger, place, forged, AT);
      expect(found(inspect([...entries, inserted], last))).toEqual([at('inserted', inserted.sequence)]);
    }),
  );
});

it('A head that was made without the key is found, and none is none only of an empty trail', () => {
  const entries = chained([blank(), blank()]);
  const forged = headAt(new KnownMac('guessed'), entries[0]!);
  const inspection = (head: ConstructorParameters<typeof ChainInspection>[1]) => {
    const looking = new ChainInspection(MAC, head);
    for (const entry of entries) looking.accept(entry);
    return found(looking.end());
  };
  expect(inspection(forged)).toEqual([at('head_wrong', 1)]);
  expect(inspection(null)).toEqual([at('head_wrong', 2)]);
  expect(found(new ChainInspection(MAC, null).end())).toEqual([]);
});

it('However much is damaged, only the first of it is kept', () => {
  const entries = chained(Array.from({ length: 300 }, blank)).map((entry) => ({ ...entry, role: 'root' }));
  const { damaged, damages } = inspect(entries, entries.at(-1)!);
  expect([damaged, damages.length, damages[0]]).toEqual([300, 100, at('changed', 1)]);
});

function blank(): AuditRecord {
  const nothing = { asked: null, target: null, status: null, code: null, detail: null };
  return { phase: 'asked', principal: 'p', role: 'r', channel: 'http', action: 'a', requestId: 'q', ...nothing };
}
