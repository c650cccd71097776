import { CommandRunner, Option } from 'nest-commander';

export interface JsonOptions {
  readonly json?: boolean;
}

/** A command that answers people by default and programs on request. */
export abstract class JsonCommand extends CommandRunner {
  @Option({ flags: '--json', description: 'print one JSON document and nothing else' })
  parseJson(): boolean {
    return true;
  }
}
