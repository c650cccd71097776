import { parseArgs } from 'node:util';
import type { SimulatorOptions } from './simulator';

interface Flag {
  takes?: string;
  does: string;
}

const FLAGS = {
  port: { takes: 'PORT', does: 'the port; 0, the default, takes a free one' },
  host: { takes: 'ADDRESS', does: 'the address to listen at; 127.0.0.1 unless given, and nothing beyond' },
  bind: { takes: 'ADDRESS', does: 'the same as --host' },
  data: { takes: 'FILE', does: 'keeps the state in this file, over restarts and kill -9; in memory unless given' },
  'webhook-url': { takes: 'URL', does: 'an endpoint that gets all events' },
  'webhook-secret': { takes: 'SECRET', does: 'what signs them, such as whsec_test; made and printed unless given' },
  'public-url': { takes: 'URL', does: 'the base of links to pages, if it is not the address itself' },
  'exit-with-stdin': { does: 'ends when its standard input does' },
  help: { does: 'prints this' },
} as const satisfies Readonly<Record<string, Flag>>;

type FlagName = keyof typeof FLAGS;
type Values = Readonly<Partial<Record<FlagName, string | boolean>>>;

export interface CommandLine {
  help: boolean;
  simulator: SimulatorOptions;
  exitWithStdin: boolean;
}

export function helpText(): string {
  const rows = Object.entries<Flag>(FLAGS).map(([name, { takes, does }]) => {
    const flag = `--${name}${takes === undefined ? '' : ` ${takes}`}`;
    return `  ${flag.padEnd(25)} ${does}`;
  });
  return `A local Stripe: point any Stripe SDK at it. No money moves.\n\n${rows.join('\n')}\n`;
}

/** Throws with one line that says what is wrong. */
export function readCommandLine(args: string[]): CommandLine {
  const values = parse(args);
  const host = text(values, 'host') ?? text(values, 'bind');
  const data = text(values, 'data');
  const publicUrl = text(values, 'public-url');
  if (publicUrl !== undefined && !isUrl(publicUrl))
    throw new Error(`--public-url takes an address, not '${publicUrl}'`);
  const port = text(values, 'port');
  return {
    help: values.help === true,
    simulator: {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port: portOf(port) }),
      ...(data === undefined ? {} : { dataFile: data }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...webhookOf(text(values, 'webhook-url'), text(values, 'webhook-secret')),
    },
    exitWithStdin: values['exit-with-stdin'] === true,
  };
}

function parse(args: string[]): Values {
  const options = Object.fromEntries(
    Object.entries<Flag>(FLAGS).map(([name, { takes }]) => [
      name,
      { type: takes === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    return parseArgs({ args, options, allowPositionals: false }).values;
  } catch (error) {
    throw new Error(`${explain(error, args)}; --help names every flag`);
  }
}

function explain(error: unknown, args: readonly string[]): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const unknown = args.find((arg) => arg.startsWith('-') && !Object.hasOwn(FLAGS, flagOf(arg)));
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `there is no flag ${unknown ?? ''}`.trimEnd();
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return 'flags begin with --';
  return (message.split('\n')[0] ?? message).replace(/\.$/, '');
}

function flagOf(arg: string): string {
  return arg.replace(/^-+/, '').split('=')[0] ?? '';
}

function text(values: Values, name: FlagName): string | undefined {
  const value = values[name];
  if (value === '') throw new Error(`--${name} needs a value`);
  return typeof value === 'string' ? value : undefined;
}

function portOf(port: string): number {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw new Error(`--port takes a number from 0 to 65535, not '${port}'`);
}

function webhookOf(url: string | undefined, secret: string | undefined): Pick<SimulatorOptions, 'webhook'> {
  if (url === undefined && secret !== undefined) throw new Error('--webhook-secret needs a --webhook-url');
  if (url === undefined) return {};
  if (!isUrl(url)) throw new Error(`--webhook-url takes an address, not '${url}'`);
  return { webhook: { url, ...(secret === undefined ? {} : { secret }) } };
}

function isUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:/.test(url);
}
