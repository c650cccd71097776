import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { CommandFactory, CommandRunnerService, InjectCommander, type CommandRunner } from 'nest-commander';
import { CustomersCommand } from './customers.command';
import { EncryptionCommand } from './encryption.command';
import { CardsCommand } from './cards.command';
import { CliError, EXIT, EXIT_CODES_HELP, wrongUsage } from './exit-codes';
import { Input } from './input';
import { KeysCommand } from './keys.command';
import { Output } from './output';
import { PaymentsCommand } from './payments.command';
import { TokenCommand } from './token.command';
import { WebhooksCommand } from './webhooks.command';

/** The commands by the first word of each. */
const FAMILIES = {
  payments: withSubCommands(PaymentsCommand),
  customers: withSubCommands(CustomersCommand),
  cards: withSubCommands(CardsCommand),
  webhooks: withSubCommands(WebhooksCommand),
  keys: withSubCommands(KeysCommand),
  encryption: withSubCommands(EncryptionCommand),
  token: withSubCommands(TokenCommand),
};

export type Family = keyof typeof FAMILIES;

/** A command that was asked for in a way that makes sense. */
export interface Asked {
  readonly family: Family;
  /** `payments cancel` */
  readonly command: string;
}

export interface Invocation {
  /** As in `process.argv`. */
  readonly argv: readonly string[];
  readonly version: string;
  readonly input: Input;
  readonly output: Output;
}

type Commander = Parameters<CommandRunner['setCommand']>[0];

class Understood extends Error {
  constructor(readonly asked: Asked) {
    super(asked.command);
  }
}

class Root {
  constructor(@InjectCommander() readonly commander: Commander) {}
}

@Module({})
class CliModule {}

/**
 * Finds out what is asked before anything is connected: help and wrong usage need no database.
 * @throws CliError when nothing is left to do.
 */
export async function understand(invocation: Invocation): Promise<Asked> {
  const commands = Object.values(FAMILIES).flat();
  const app = await build(invocation, { module: CliModule, providers: [...commands, ...placeholders(commands)] });
  app.get(Root).commander.hook('preAction', (_root, action) => {
    if (action.commands.length > 0) return;
    const names = pathOf(action).slice(1);
    throw new Understood({ family: names[0] as Family, command: names.join(' ') });
  });
  try {
    await app.get(CommandRunnerService).run([...invocation.argv]);
  } catch (error) {
    if (error instanceof Understood) return error.asked;
    throw error;
  }
  throw new CliError(EXIT.ok, '');
}

/** Runs a command over `services`, which provides what the commands of its family ask for. */
export async function perform(invocation: Invocation, family: Family, services: DynamicModule): Promise<void> {
  const { input, output } = invocation;
  const streams: Provider[] = [
    { provide: Input, useValue: input },
    { provide: Output, useValue: output },
  ];
  const providers = [...FAMILIES[family], ...streams];
  const app = await build(invocation, { module: CliModule, imports: [services], providers });
  try {
    await app.get(CommandRunnerService).run([...invocation.argv]);
  } finally {
    await app.close();
  }
}

/** Says what went wrong, on one line. @returns the exit code. */
export function report(error: unknown, output: Output): number {
  const { exitCode, message } = error instanceof CliError ? error : new CliError(EXIT.failed, unexpected(error));
  if (message !== '') output.problem(message);
  return exitCode;
}

async function build({ output, version }: Invocation, module: DynamicModule) {
  const providers = [...(module.providers ?? []), Root];
  const app = await CommandFactory.createWithoutRunning(
    { ...module, providers },
    {
      logger: false,
      abortOnError: false,
      version,
      errorHandler: rethrow,
      serviceErrorHandler: rethrow,
      outputConfiguration: {
        writeOut: (text) => output.rawOut(text),
        writeErr: (text) => output.rawErr(text),
        // Reported once, on one line, where the error arrives.
        outputError: () => undefined,
      },
    },
  );
  const { commander } = app.get(Root);
  commander.name('cashdesk').description('Look after a Cashdesk service from the command line.');
  commander.addHelpText('after', EXIT_CODES_HELP);
  prepare(commander);
  return app;
}

/** Whatever the commander library ends with becomes one of our exit codes. */
function prepare(command: Commander): void {
  if (command.commands.length === 0) command.allowExcessArguments(false);
  command.exitOverride(({ exitCode, code, message }) => {
    if (exitCode === 0) throw new CliError(EXIT.ok, '');
    if (code === 'commander.help') throw new CliError(EXIT.usage, '');
    throw wrongUsage(`${sentence(message)} See ${pathOf(command).join(' ')} --help.`);
  });
  command.commands.forEach(prepare);
}

/** Its declared type is not what it returns: the classes, as Nest provides them. */
function withSubCommands(group: Pick<typeof CommandRunner, 'registerWithSubCommands'>): Type<CommandRunner>[] {
  return group.registerWithSubCommands() as unknown[] as Type<CommandRunner>[];
}

function pathOf(command: Commander): string[] {
  return [...(command.parent === null ? [] : pathOf(command.parent)), command.name()];
}

function sentence(message: string): string {
  const text = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;
}

/** For the constructors of commands that will not run. */
function placeholders(commands: readonly Type<CommandRunner>[]): Provider[] {
  const needed = commands.flatMap((command) => Reflect.getMetadata('design:paramtypes', command) as Type[] | undefined);
  return [...new Set(needed)].filter((type) => type !== undefined).map((provide) => ({ provide, useValue: {} }));
}

function rethrow(error: Error): never {
  throw error;
}

function unexpected(error: unknown): string {
  return `Something unexpected went wrong: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}
