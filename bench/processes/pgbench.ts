import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

const TABLE = 'CREATE TABLE IF NOT EXISTS bench_commits (id bigserial PRIMARY KEY, note text NOT NULL)';
const INSERT = "INSERT INTO bench_commits (note) VALUES ('a note of forty characters, or so it seems');";

/**
 * What one commit takes on a database: a single-row INSERT by one client, over and over. By pgbench where it is
 * installed, else by a client of our own, which is a little slower and so makes a commit look dearer.
 */
export class Commits {
  readonly by = spawnSync('pgbench', ['--version']).status === 0 ? 'pgbench -c 1' : 'a client of our own';

  private constructor(
    private readonly url: string,
    private readonly script: string,
  ) {}

  static async on(url: string, folder: string): Promise<Commits> {
    const script = join(folder, 'commit.sql');
    writeFileSync(script, `${INSERT}\n`);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(TABLE);
    await client.end();
    return new Commits(url, script);
  }

  /** Milliseconds of one, over so many. */
  async latency(commits: number): Promise<number> {
    return this.by.startsWith('pgbench') ? this.byPgbench(commits) : this.byClient(commits);
  }

  private byPgbench(commits: number): number {
    const args = ['-n', '-c', '1', '-t', String(commits), '-f', this.script, this.url];
    const { stdout, stderr } = spawnSync('pgbench', args, { encoding: 'utf8' });
    const latency = Number(/latency average = ([\d.]+) ms/.exec(stdout)?.[1]);
    if (Number.isNaN(latency)) throw new Error(`pgbench says: ${stdout}${stderr}`);
    return latency;
  }

  private async byClient(commits: number): Promise<number> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    const start = performance.now();
    for (let commit = 0; commit < commits; commit += 1) await client.query(INSERT);
    const ms = performance.now() - start;
    await client.end();
    return ms / commits;
  }
}
