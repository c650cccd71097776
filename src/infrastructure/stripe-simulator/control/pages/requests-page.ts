import type { RequestJournal } from '../../core/request-journal';
import type { Page } from './layout';
import { markup } from './markup';
import { code, dataTable, instant } from './parts';

const SHOWN = 50;

export function requestsPage(journal: RequestJournal): Page {
  const latest = journal.list().slice(-SHOWN).reverse();
  return {
    title: 'Requests',
    body: markup`${dataTable({
      caption: `The latest requests to /v1, ${SHOWN} at most, the newest first`,
      columns: ['Request', 'At', 'Method', 'Path', 'Answer', 'Outcome', 'Took', 'Changed anything', 'Fault'],
      rows: latest.map((entry) => [
        code(entry.id),
        instant(new Date(entry.at)),
        entry.method,
        code(entry.path),
        entry.status,
        entry.outcome,
        entry.durationMs === null ? null : `${entry.durationMs} ms`,
        entry.effect ? 'yes' : 'no',
        entry.fault ?? 'none',
      ]),
      empty: 'No request has come yet.',
    })}`,
  };
}
