import type { Context } from './context';
import type { TableName, Tables } from './records';

/** A row as it is to be shown now. */
export function present<N extends TableName>(ctx: Context, table: N, row: Tables[N]): Tables[N] {
  const presenter = ctx.rules.presenters.get(table);
  return presenter === undefined ? row : (presenter(ctx, row) as Tables[N]);
}
