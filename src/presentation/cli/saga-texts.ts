import type { ShownSaga } from '../../application/saga/show-saga';
import type { SagaStepView, SagaView } from '../../application/saga/saga-view';
import { properties, table, type Column } from './table';

const COLUMNS: readonly Column<SagaView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'about', value: ({ subject }) => subject },
  { title: 'state', value: ({ state }) => state },
  { title: 'waits for', value: ({ steps }) => waitOf(steps) },
  { title: 'begun by', value: ({ startedBy }) => startedBy },
  { title: 'created', value: ({ createdAt }) => createdAt },
];
const ATTENTION: Column<SagaView> = { title: 'attention', value: ({ attention }) => attention };

const STEPS: readonly Column<SagaStepView>[] = [
  { title: 'step', value: ({ name }) => name },
  { title: 'state', value: ({ state }) => state },
  { title: 'tries', value: ({ tries }) => String(tries), align: 'right' },
  { title: 'since', value: ({ since }) => since },
  { title: 'last run', value: ({ ranAt }) => ranAt },
  { title: 'ended', value: ({ endedAt }) => endedAt },
  { title: 'waits for', value: ({ waitsFor }) => waitsFor },
  { title: 'looks again', value: ({ until }) => until },
  { title: 'listed from', value: ({ deadline }) => deadline },
  { title: 'note', value: ({ note }) => note },
];

export function sagasTable(sagas: readonly SagaView[]): string {
  const needed = sagas.some(({ attention }) => attention !== null);
  return table(needed ? [...COLUMNS, ATTENTION] : COLUMNS, sagas);
}

export function sagaText({ saga, advice }: ShownSaga): string {
  const facts = properties([
    ['Saga', saga.id],
    ['Kind', saga.kind],
    ['About', saga.subject],
    ['State', saga.state],
    ['Attention', saga.attention],
    ['Turned back', saga.reason],
    ['Payment', saga.paymentId],
    ['Customer', saga.customerId],
    ['Begun by', saga.startedBy],
    ['Looked at', saga.nextLookAt],
    ['Created', saga.createdAt],
    ['Updated', saga.updatedAt],
  ]);
  const todo = advice.length === 0 ? '' : `\n\nWhat you can do:\n${advice.map((each) => `- ${each}`).join('\n')}`;
  return `${facts}\n\n${table(STEPS, saga.steps)}${todo}`;
}

function waitOf(steps: readonly SagaStepView[]): string | null {
  return steps.find(({ waitsFor }) => waitsFor !== null)?.waitsFor ?? null;
}
