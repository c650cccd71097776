import type { Context } from '../../core/context';
import { present } from '../../core/present';
import { TABLE_NAMES, type TableName } from '../../core/records';
import { UI, type Page } from './layout';
import { markup } from './markup';
import { notFound, type PageRequest } from './page-request';
import { asJson, challengeForm, section } from './parts';

/** Tasks are no objects of Stripe's, and an endpoint holds its secret. */
const HIDDEN: ReadonlySet<TableName> = new Set(['tasks', 'webhook_endpoints']);

interface StripeObject {
  object: string;
}

/** Any of Stripe's objects, as the API answers it; for those that have no page of their own. */
export function objectPage(ctx: Context, { values: { id = '' } }: PageRequest): Page {
  const found = findObject(ctx, id);
  if (found === null) throw notFound('object', id);
  const waits = found.object === 'setup_intent' && 'status' in found && found.status === 'requires_action';
  return {
    title: `${titleOf(found)} ${id}`,
    body: markup`${waits ? section('What can be done', challengeForm(`${UI}/setups/${id}/challenge`)) : null}
${section('The object itself', asJson('JSON', found))}`,
  };
}

function titleOf({ object }: StripeObject): string {
  const words = object.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function findObject(ctx: Context, id: string): StripeObject | null {
  for (const table of TABLE_NAMES) {
    const row = HIDDEN.has(table) ? undefined : ctx.tx.get(table, id);
    const shown = row === undefined ? null : present(ctx, table, row);
    if (shown !== null && isStripeObject(shown)) return shown;
  }
  return null;
}

function isStripeObject(row: object): row is StripeObject {
  return 'object' in row && typeof row.object === 'string';
}
