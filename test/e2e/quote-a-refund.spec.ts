import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addDays, dayIn } from '../../src/domain/shared/calendar';
import { House } from '../support/house';
import { EXAMPLE_POLICIES } from '../support/policy-samples';
import { query } from '../support/query';
import { eventually, token } from '../support/running-service';

const CLI = join(__dirname, '../../dist/src/cli.js');
const QUOTE = '/api/v1/refunds/quote';

interface Quote {
  readonly amount: number;
  readonly rule: string;
  readonly version: string;
  readonly sentence: string;
}

/** The day of the calendar in so many days, in the example's zone. */
function inDays(days: number): string {
  return addDays(dayIn('Europe/Madrid', new Date()), days);
}

describe('a quote of a refund, end to end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quotes-'));
  const policies = join(folder, 'policies.json');
  let house: House;
  let support: string;

  beforeAll(async () => {
    writeFileSync(policies, readFileSync(EXAMPLE_POLICIES));
    house = await House.build();
    await house.open({ env: { REFUND_POLICIES: policies } });
    support = await token({ role: 'support', subject: 'sue' });
  });
  afterAll(async () => {
    await house.tearDown();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => house.assertOracles());

  async function pay(reference: string, more: object): Promise<string> {
    const body = { amount: 10_000, currency: 'gbp', reference, paymentMethod: 'pm_card_visa', confirm: true, ...more };
    const { status, body: payment } = await house.service.post('/api/v1/payments', `pay ${reference}`, body);
    expect([status, payment.status]).toEqual([201, 'succeeded']);
    return String(payment.id);
  }

  async function quote(body: object) {
    const headers = { authorization: `Bearer ${support}` };
    const answer = await house.service.send('POST', QUOTE, JSON.stringify(body), headers);
    return { status: answer.status, body: answer.body as unknown as Quote & Record<string, unknown> };
  }

  /** What every table holds, but for what runs by itself. */
  async function everything(): Promise<unknown> {
    const tables = await query(
      house.database.url,
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    const held: Record<string, unknown> = {};
    for (const { name } of tables as { name: string }[]) {
      const sql = `SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') AS rows FROM "${name}" t`;
      held[name] = (await query(house.database.url, sql))[0];
    }
    return held;
  }

  it.each([
    ['three weeks before', 21, 10_000, 'all_until_14_days_before'],
    ['on the last day of the first window', 14, 10_000, 'all_until_14_days_before'],
    ['the day after that', 13, 5_000, 'half_until_7_days_before'],
    ['in the last week', 6, 0, 'nothing_after'],
  ])('%s gives what the policy gives', async (_when, days, amount, rule) => {
    const paymentId = await pay(`booking_${String(days)}`, { serviceDate: inDays(days) });
    const { status, body } = await quote({ paymentId });
    expect([status, body.amount, body.rule, body.version]).toEqual([200, amount, rule, 'training-1']);
  });

  it('stores nothing, allowed or forbidden', async () => {
    const paymentId = await pay('booking_still', { serviceDate: inDays(6) });
    // Until the events of the payment have been worked on.
    await eventually(async () => {
      const before = await everything();
      expect((await quote({ paymentId })).status).toBe(200);
      expect((await quote({ paymentId, amount: 1 })).status).toBe(422);
      expect((await quote({ paymentId, amount: 10_001 })).status).toBe(409);
      expect((await quote({ paymentId, amount: 1, reason: 'cancelled_by_us' })).status).toBe(200);
      expect(await everything()).toEqual(before);
    });
  });

  it('is the same by command, which the policies of the service must be given', async () => {
    const paymentId = await pay('booking_by_command', { serviceDate: inDays(10) });
    const refunds = (env: NodeJS.ProcessEnv, ...args: string[]) =>
      promisify(execFile)(process.execPath, [CLI, 'refunds', ...args, '--json'], { env, cwd: folder });
    const run = (env: NodeJS.ProcessEnv) => refunds(env, 'quote', paymentId);
    const { stdout } = await run(house.service.env);
    const { body } = await quote({ paymentId });
    expect(JSON.parse(stdout)).toMatchObject({ decision: { amount: 5_000, sentence: body.sentence } });
    const changed = join(folder, 'changed.json');
    writeFileSync(changed, readFileSync(EXAMPLE_POLICIES, 'utf8').replace('"percent": 50', '"percent": 60'));
    const other = await run({ ...house.service.env, REFUND_POLICIES: changed }).catch((error: unknown) => error);
    const { stdout: then } = await refunds(
      { ...house.service.env, REFUND_POLICIES: changed },
      'policies',
      'training-1',
    );
    expect(JSON.parse(then)).toEqual(JSON.parse(readFileSync(EXAMPLE_POLICIES, 'utf8')));
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('never started with these refund policies') as string,
    });
  });

  it('is explained by the content that its version had', async () => {
    const sql = "SELECT version, content->'policies'->0->'windows'->1->>'percent' AS half FROM refund_policies";
    expect(await query(house.database.url, sql)).toContainEqual({ version: 'training-1', half: '50' });
  });

  it('goes by the file of the last start, and the same version with other content does not start', async () => {
    const paymentId = await pay('booking_later', { serviceDate: inDays(10) });
    const text = readFileSync(policies, 'utf8').replace('"percent": 50', '"percent": 60');
    writeFileSync(policies, text);
    await house.service.stop();
    const env = { REFUND_POLICIES: policies };
    await expect(house.open({ env })).rejects.toThrow(
      'version training-1 was used with another content: give what changed a new version.',
    );
    writeFileSync(policies, text.replace('training-1', 'training-2'));
    await house.open({ env });
    expect((await quote({ paymentId })).body).toMatchObject({ amount: 6_000, version: 'training-2' });
  });

  it('does not start with a file that is wrong, and says where', async () => {
    await house.service.stop();
    writeFileSync(policies, readFileSync(EXAMPLE_POLICIES, 'utf8').replace('"percent": 50', '"percent": "half"'));
    await expect(house.open({ env: { REFUND_POLICIES: policies } })).rejects.toThrow(
      `REFUND_POLICIES (${policies}): policies[0].windows[1].percent must be a number from 0 to 100`,
    );
    await house.open({ env: {} });
  });
});
