import type { Logger } from '@nestjs/common';

/** What went wrong, on one line, without the stack. */
export function warnOf(logger: Logger, what: string, error: unknown, figures: object = {}): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  logger.warn({ msg: what, ...figures, error: `${name}: ${message}` });
}
