import { randomUUID } from 'node:crypto';
import { Option } from 'nest-commander';
import type { RequestChange } from '../../application/refund/change-request';
import type { RefundResult } from '../../application/refund/request-refund';
import { commandScope } from './command-scope';
import { JsonCommand, type JsonOptions } from './json-command';
import { idempotencyKeyIn } from './option-values';
import type { Output } from './output';
import { doneText, refundIn } from './refund-request-texts';

export interface DecisionOptions extends JsonOptions {
  readonly note?: string;
  readonly idempotencyKey?: string;
}

/** A command that decides about a refund. */
export abstract class DecisionCommand extends JsonCommand {
  @Option({ flags: '--note <text>', description: 'why, for staff' })
  parseNote(text: string): string {
    return text;
  }

  @Option({ flags: '--idempotency-key <key>', description: 'the same key decides once (default: a new one)' })
  parseIdempotencyKey(text: string): string {
    return idempotencyKeyIn(text);
  }

  protected async decide(
    command: string,
    refundId: string,
    options: DecisionOptions,
    output: Output,
    execute: (change: RequestChange) => Promise<RefundResult>,
  ): Promise<void> {
    const { json, note = null, idempotencyKey = randomUUID() } = options;
    const idempotency = commandScope(command, idempotencyKey, { refundId, note });
    // Who has the database may do as an admin does.
    const change = { refundId, note, role: 'admin', by: idempotency.principal, idempotency } as const;
    const refund = refundIn(await execute(change), null);
    if (json === true) output.json(refund);
    else output.text(doneText(refund));
  }
}
