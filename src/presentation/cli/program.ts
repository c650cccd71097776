import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { CommandFactory, CommandRunnerService, InjectCommander, type CommandRunner } from 'nest-commander';
import { RecordAudit } from '../../application/audit/record-audit';
import { Identifiers } from '../../application/shared/identifiers';
import { AuditCommand } from './audit.command';
import { CustomersCommand } from './customers.command';
import { DisputesCommand } from './disputes.command';
import { EncryptionCommand } from './encryption.command';
import { CardsCommand } from './cards.command';
import { CliError, EXIT, EXIT_CODES_HELP, wrongUsage } from './exit-codes';
import { Input } from './input';
import { JobsCommand } from './jobs.command';
import { KeysCommand } from './keys.command';
import { LedgerCommand } from './ledger.command';
import { Output } from './output';
import { PaymentsCommand } from './payments.command';
import { readsOnly } from './reads-only';
import { recordedCommand, type AskedCommand } from './recorded-command';
import { RecoveryCommand } from './recovery.command';
import { RefundsCommand } from './refunds.command';
import { SagasCommand } from './sagas.command';
import { TokenCommand } from './token.command';
import { WebhooksCommand } from './webhooks.command';

/** The commands by the first word of each. */
const FAMILIES = {
  payments: withSubCommands(PaymentsCommand),
  customers: withSubCommands(CustomersCommand),
  refunds: withSubCommands(RefundsCommand),
  disputes: withSubCommands(DisputesCommand),
  sagas: withSubCommands(SagasCommand),
  recovery: withSubCommands(RecoveryCommand),
  cards: withSubCommands(CardsCommand),
  ledger: withSubCommands(LedgerCommand),
  jobs: withSubCommands(JobsCommand),
  webhooks: withSubCommands(WebhooksCommand),
  keys: withSubCommands(KeysCommand),
  encryption: withSubCommands(EncryptionCommand),
  audit: withSubCommands(AuditCommand),
  token: withSubCommands(TokenCommand),
};

type Family = keyof typeof FAMILIES;

/** A command that was asked for in a way that makes sense. */
export interface Asked extends AskedCommand {
  readonly family: Family;
  /** It changes something, or may. */
  readonly writes: boolean;
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
  const runners = commands.map((type) => app.get(type));
  app.get(Root).commander.hook('preAction', (_root, action) => {
    if (action.commands.length > 0) return;
    const names = pathOf(action).slice(1);
    const { args: given } = action;
    const asked = { family: names[0] as Family, command: names.join(' '), given, options: action.opts() };
    throw new Understood({ ...asked, writes: writes(action, runners) });
  });
  try {
    await app.get(CommandRunnerService).run([...invocation.argv]);
  } catch (error) {
    if (error instanceof Understood) return error.asked;
    throw error;
  }
  throw new CliError(EXIT.ok, '');
}

/**
 * Runs a command over `services`, which provides what the commands of its family ask for. One that changes something is in
 * the audit trail before it begins.
 */
export async function perform(invocation: Invocation, asked: Asked, services: DynamicModule): Promise<void> {
  const { input, output } = invocation;
  const streams: Provider[] = [
    { provide: Input, useValue: input },
    { provide: Output, useValue: output },
  ];
  const providers = [...FAMILIES[asked.family], ...streams];
  const app = await build(invocation, { module: CliModule, imports: [services], providers });
  const run = () => app.get(CommandRunnerService).run([...invocation.argv]);
  try {
    if (!asked.writes) await run();
    else {
      const requestId = app.get(Identifiers, { strict: false }).next('req');
      await app.get(RecordAudit, { strict: false }).execute(recordedCommand(asked, output, requestId, run));
    }
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

/** Every command that does something by itself. */
export async function allCommands(invocation: Invocation): Promise<Pick<Asked, 'command' | 'writes'>[]> {
  const commands = Object.values(FAMILIES).flat();
  const app = await build(invocation, { module: CliModule, providers: [...commands, ...placeholders(commands)] });
  const runners = commands.map((type) => app.get(type));
  const leaves = (command: Commander): Commander[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  return leaves(app.get(Root).commander).map((leaf) => {
    return { command: pathOf(leaf).slice(1).join(' '), writes: writes(leaf, runners) };
  });
}

/** Unless it says otherwise. Which of the runners a command is, the library keeps to the runner itself. */
function writes(command: Commander, runners: readonly CommandRunner[]): boolean {
  const runner = runners.find((each) => (each as unknown as { readonly command?: unknown }).command === command);
  return runner === undefined || !readsOnly(runner, command.opts());
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
