import { Option } from 'nest-commander';
import { InvalidCursor, type Page } from '../../application/shared/page';
import { wrongUsage } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { LIMIT_OPTION, limitIn } from './option-values';

export interface PageOptions extends JsonOptions {
  readonly limit?: number;
  readonly cursor?: string;
}

/** A command that shows a page of a list. */
export abstract class PagedCommand extends JsonCommand {
  @Option(LIMIT_OPTION)
  parseLimit(text: string): number {
    return limitIn(text);
  }

  @Option({ flags: '--cursor <cursor>', description: 'go on after the page that ended with this cursor' })
  parseCursor(text: string): string {
    return text;
  }

  protected async page<T>(asking: Promise<Page<T>>): Promise<Page<T>> {
    try {
      return await asking;
    } catch (error) {
      if (!(error instanceof InvalidCursor)) throw error;
      throw wrongUsage('--cursor is none: take it from the end of the page before, as it stands there.');
    }
  }
}
