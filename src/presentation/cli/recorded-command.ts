import { detailOf } from '../../application/audit/audit-detail';
import type { Recorded } from '../../application/audit/record-audit';
import { CliError, EXIT } from './exit-codes';
import { operatingSystemUser } from './operating-system-user';
import type { Output } from './output';

/** A command as it was asked for. */
export interface AskedCommand {
  /** `payments cancel` */
  readonly command: string;
  readonly given: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** An id as Cashdesk and Stripe make them; what else was given may be a secret. */
const ID = /^[a-z]{2,10}_[0-9A-Za-z]{8,64}$/;

/** What the audit trail is told of a command that changes something. */
export function recordedCommand(
  { command, given, options }: AskedCommand,
  output: Output,
  requestId: string,
  work: () => Promise<void>,
): Recorded<void> {
  const target = given.filter((text) => ID.test(text)).join('/');
  const made = () => output.concerned;
  return {
    act: {
      principal: `cli:${operatingSystemUser()}`,
      role: 'operator',
      channel: 'cli',
      action: command,
      target: target === '' ? null : target,
      requestId,
    },
    detail: detailOf(options),
    work,
    done: () => ({ status: EXIT.ok, code: null, target: made() }),
    failed: (error) => ({
      status: error instanceof CliError ? error.exitCode : EXIT.failed,
      code: null,
      target: made(),
    }),
  };
}
