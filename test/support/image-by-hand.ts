import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { contextFilter, environmentOf, execForm, last, parseDockerfile, words } from './dockerfile';
import type { Instruction, Stage } from './dockerfile';

const PROJECT = resolve(__dirname, '../..');

/**
 * What the Dockerfile makes, without Docker: each stage is a folder, in which its COPY and RUN are carried out on this
 * machine, with this machine's Node and account. The context is what .dockerignore lets through.
 */
export class ImageByHand {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cashdesk-image-'));
  readonly #isInContext = contextFilter(readFileSync(join(PROJECT, '.dockerignore'), 'utf8'));
  readonly #stages: readonly Stage[];

  private constructor() {
    this.#stages = parseDockerfile(readFileSync(join(PROJECT, 'Dockerfile'), 'utf8'));
  }

  static build(): ImageByHand {
    const image = new ImageByHand();
    try {
      for (const stage of image.#stages) image.make(stage);
      return image;
    } catch (error) {
      image.remove();
      throw error;
    }
  }

  /** Where a path of the container lies. */
  path(inside: string, stage: Stage = this.final): string {
    return join(this.#folder, stage.name, inside);
  }

  get final(): Stage {
    return this.#stages.at(-1)!;
  }

  /** Starts the image's command, or another, as a container would. */
  start(env: Readonly<Record<string, string>>, command = execForm(last(this.final, 'CMD'))): Container {
    const set: Record<string, string> = { ...environmentOf(this.final), ...env };
    const data = set.CASHDESK_DATA_DIR === undefined ? {} : { CASHDESK_DATA_DIR: this.path(set.CASHDESK_DATA_DIR) };
    const [program = '', ...args] = command;
    const cwd = this.path(this.workdir(this.final));
    return new Container(spawn(program, args, { cwd, env: { PATH: process.env.PATH, ...set, ...data } }));
  }

  /** Once, as Docker does again and again: its exit code. */
  async health(env: Readonly<Record<string, string>>): Promise<number | null> {
    return (await this.start(env, execForm(last(this.final, 'HEALTHCHECK'))).ended).code;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }

  private make(stage: Stage): void {
    mkdirSync(this.path('/', stage), { recursive: true });
    for (const instruction of stage.instructions) {
      if (instruction.keyword === 'WORKDIR') mkdirSync(this.path(instruction.text, stage), { recursive: true });
      if (instruction.keyword === 'COPY') this.copy(stage, instruction);
      if (instruction.keyword === 'RUN') this.run(stage, instruction.text);
    }
  }

  private copy(stage: Stage, instruction: Instruction): void {
    const paths = words(instruction);
    const to = paths.pop() ?? '';
    const target = resolve(this.path(this.workdir(stage), stage), to);
    for (const path of paths) {
      const source = this.source(path, instruction.flags.from);
      cpSync(source, to.endsWith('/') ? join(target, basename(source)) : target, { recursive: true });
    }
  }

  private source(path: string, from: string | undefined): string {
    if (from !== undefined) {
      const stage = this.#stages.find(({ name }) => name === from);
      if (stage === undefined) throw new Error(`the Dockerfile copies from ${from}, which is none of its stages`);
      return this.path(path, stage);
    }
    if (!this.#isInContext(path)) throw new Error(`the Dockerfile copies ${path}, which .dockerignore leaves out`);
    return join(PROJECT, path);
  }

  private run(stage: Stage, command: string): void {
    const cwd = this.path(this.workdir(stage), stage);
    // What npm ci installs with nothing omitted is what the project has, from the same lock file.
    if (/^npm ci(?! .*--omit)/.test(command) && existsSync(join(PROJECT, 'node_modules'))) {
      execute(`cp -al '${PROJECT}/node_modules' . || cp -a '${PROJECT}/node_modules' .`, cwd);
      return;
    }
    const here = command
      .replace(/-o node -g node/, '')
      .replace(/(?<=\s)\/[\w/.-]+/g, (absolute) => `'${this.path(absolute, stage)}'`);
    execute(here, cwd);
  }

  private workdir(stage: Stage): string {
    return last(stage, 'WORKDIR').text;
  }
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export class Container {
  output = '';
  readonly ended: Promise<Ended>;

  constructor(readonly child: ChildProcess) {
    const keep = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.ended = once(child, 'close').then(() => ({ code: child.exitCode, output: this.output }));
  }

  /** As Docker ends it. */
  stop(): Promise<Ended> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

/** Without what `npm test` set for its own scripts, and from npm's cache where that has what is needed. */
function execute(command: string, cwd: string): void {
  const kept = /^npm_config_(cache|cafile|registry|userconfig|globalconfig|\w*proxy)$/;
  const own = Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_ENV' && (!name.startsWith('npm_') || kept.test(name)),
  );
  const env = { ...Object.fromEntries(own), npm_config_prefer_offline: 'true' };
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`RUN ${command} ended with ${String(status)}:\n${stdout}${stderr}`);
}
