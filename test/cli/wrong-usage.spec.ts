import { cashdesk, linesOf } from './command-line';

const LEAVES = [
  'payments list',
  'payments show',
  'payments cancel',
  'webhooks list',
  'webhooks show',
  'keys create',
  'keys list',
  'keys revoke',
  'token',
];

describe('wrong usage', () => {
  // Nothing is provided to these commands: they must not come as far as to need it.
  it.each([
    ['bogus', /^Unknown command 'bogus'/],
    ['payments bogus', /^Unknown command 'bogus': payments has list, show, cancel\./],
    ['payments list --bogus', /^Unknown option '--bogus'/],
    ['payments list --limi 3', /Did you mean --limit\?/],
    ['--json payments list', /^Unknown option '--json'/],
    ['payments show', /^Missing required argument 'id'.*payments show --help/],
    ['payments show a b', /^Too many arguments/],
    ['payments list extra', /^Too many arguments/],
    ['payments list --status paid', /^--status must be one of requires_payment_method, .*unknown\.$/],
    ['payments list --currency pounds', /^--currency must be/],
    ['payments list --limit 0', /^--limit must be/],
    ['payments list --limit 101', /^--limit must be/],
    ['payments list --limit 1e1', /^--limit must be/],
    ['payments list --limit', /argument missing/],
    ['payments cancel pay_1 --reason boredom', /^--reason must be one of abandoned, /],
    ['payments cancel pay_1 --idempotency-key ключ', /^--idempotency-key must have/],
    ['webhooks list --status lost', /^--status must be one of received, processed, ignored, set_aside\./],
    ['keys create --role admin', /^Required option '--name <name>' not specified/],
    ['keys create --name backend', /^Required option '--role <role>' not specified/],
    ['keys create --name backend --role customer', /^--role must be one of support, finance, admin\./],
    ['token', /^Required option '--role <role>' not specified/],
    ['token --role root', /^--role must be one of customer, /],
  ])('%s: one line and exit code 2', async (line, problem) => {
    const { exitCode, out, err } = await cashdesk(line.split(' '));
    expect({ exitCode, out, lines: linesOf(err).length }).toEqual({ exitCode: 2, out: '', lines: 1 });
    expect(err.trimEnd()).toMatch(problem);
  });

  it('an empty subject is none', async () => {
    const { exitCode, err } = await cashdesk(['token', '--role', 'customer', '--subject', '']);
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: '--subject must have 1 to 255 characters and no control characters.\n',
    });
  });

  it.each(['', 'payments', 'webhooks', 'keys'])('"%s" without a command shows the help, as an error', async (line) => {
    const { exitCode, out, err } = await cashdesk(line.split(' ').filter((word) => word !== ''));
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(/^Usage: cashdesk/);
  });
});

describe('help', () => {
  it.each(['', 'payments', 'webhooks', 'keys', ...LEAVES])('of "%s" is there without a database', async (line) => {
    const words = line.split(' ').filter((word) => word !== '');
    const { exitCode, out, err } = await cashdesk([...words, '--help']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain(`Usage: ${['cashdesk', ...words].join(' ')}`);
  });

  it('names the exit codes', async () => {
    expect((await cashdesk(['--help'])).out).toContain('3  not found');
  });

  it('says which values an option takes', async () => {
    expect((await cashdesk(['payments', 'list', '--help'])).out).toContain('"requires_action"');
  });

  it('can be asked for by word as well', async () => {
    expect(await cashdesk(['help', 'payments'])).toEqual(await cashdesk(['payments', '--help']));
    expect(await cashdesk(['payments', 'help'])).toEqual(await cashdesk(['payments', '--help']));
  });
});

describe('the version', () => {
  it('is printed alone', async () => {
    expect(await cashdesk(['--version'])).toEqual({ exitCode: 0, out: '1.2.3\n', err: '' });
  });
});
