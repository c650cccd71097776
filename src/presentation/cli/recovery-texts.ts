import type { KeptNote } from '../../application/recovery/recovery-notes';
import type { RecoveryDetails, RecoveryItem, RecoveryKind } from '../../application/recovery/recovery-queries';
import type { SettleProblem } from '../../application/shared/settle-problem';
import { failed, notFound, unreachable, wrongUsage, type CliError } from './exit-codes';
import { properties, table, type Column } from './table';

const COLUMNS: readonly Column<RecoveryItem>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'of', value: ({ about }) => about },
  { title: 'what', value: ({ what }) => what },
  { title: 'state', value: ({ state }) => state },
  { title: 'since', value: ({ since }) => since },
  { title: 'looks', value: ({ checks }) => String(checks), align: 'right' },
  { title: 'next look', value: ({ nextCheckAt }) => nextCheckAt },
  { title: 'attention', value: ({ attention }) => attention },
];

const NOTES: readonly Column<KeptNote>[] = [
  { title: 'at', value: ({ at }) => at },
  { title: 'verdict', value: ({ verdict }) => verdict },
  { title: 'at stripe', value: ({ stripeObject }) => stripeObject },
  { title: 'by', value: ({ by }) => by },
  { title: 'note', value: ({ note }) => note },
];

/** What a person can do besides looking again. */
const OPTIONS: Readonly<Record<RecoveryKind, readonly string[]>> = {
  attempt: ['settle --intent pi_… when Stripe shows its intent', 'settle --no-effect when Stripe shows none'],
  payment: ['settle --note … when it was looked into: the payment stays as it is'],
  refund: [
    'settle --refund re_… when Stripe shows it',
    'settle --no-effect when Stripe shows none',
    'settle --note … when it is listed though it is not in doubt',
  ],
  setup: ['settle --setup seti_… when Stripe shows it', 'settle --no-effect when Stripe shows none'],
  submission: [
    'settle --dispute du_… when the dispute has the evidence',
    'settle --no-effect when it does not; what it took is a draft again',
  ],
  customer: [],
};

export function recoveryTable(items: readonly RecoveryItem[]): string {
  return table(COLUMNS, items);
}

export function notesTable(notes: readonly KeptNote[]): string {
  return table(NOTES, notes);
}

export function recoveryText(item: RecoveryDetails): string {
  const facts = Object.entries(item.facts).filter(([, value]) => value !== null);
  const known = properties([
    ['Id', item.id],
    ['Kind', item.kind],
    ['Of', item.about],
    ['What', item.what],
    ['State', item.state],
    ['Since', item.since],
    ['Looks', String(item.checks)],
    ['Next look', item.nextCheckAt],
    ['Attention', item.attention],
    ...facts.map(([name, value]) => [wordsOf(name), textOf(value)] as const),
    ['No effect from', item.noEffectFrom],
  ]);
  const options = ['retry, which looks now', ...OPTIONS[item.kind]].map((option) => `  ${option}`);
  return `${known}\n\nWhat a person can do:\n${options.join('\n')}`;
}

export function stillText({ id, nextCheckAt, attention }: RecoveryItem): string {
  const next = nextCheckAt === null ? '' : `, and is looked at again at ${nextCheckAt}`;
  return `${id} is still ${attention === null ? 'in doubt' : 'listed for a person'}${next}.`;
}

export function nothingInDoubt(): CliError {
  return notFound('Nothing with this id is in doubt or was settled by a person: recovery list shows what is.');
}

export function refusedToSettle(id: string, problem: SettleProblem): CliError {
  switch (problem.kind) {
    case 'not_found':
      return notFound('Nothing has this id: recovery list shows what is in doubt.');
    case 'not_in_doubt':
      return failed(`${id} is not in doubt: there is nothing to settle.`);
    case 'not_its_own':
      return failed(`Not settled: ${problem.differences.join('; ')}.`);
    case 'too_early':
      return failed(
        `Not settled: it may still be at work at Stripe until ${problem.from.toISOString()}. What Stripe shows by then counts.`,
      );
    case 'has_effect':
      return failed(`Not settled: Stripe shows ${problem.object}, which it made. Settle it with that.`);
    case 'wrong_proof':
      return wrongUsage(`${id} takes ${problem.takes}.`);
    case 'stripe_unreachable':
      return unreachable('Stripe did not answer, so nothing was settled: try again.');
  }
}

/** `firstSentAt` as `First sent at`. */
function wordsOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
