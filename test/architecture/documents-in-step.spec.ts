import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Settings } from '../../src/infrastructure/settings/settings';

const project = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(project, file), 'utf8');

const settings = [...read('src/infrastructure/settings/settings.ts').matchAll(/^ {2}readonly ([A-Z_]+)\??:/gm)].map(
  ([, name = '']) => name,
);
const defaults = Object.entries(new Settings()).filter(([, value]) => value !== undefined);

describe('settings', () => {
  it('stand in .env.example, each once, commented out, with their defaults', () => {
    const lines = read('.env.example').split('\n');
    const named = lines.filter((line) => /^# [A-Z_]+=/.test(line));
    expect(named.map((line) => /[A-Z_]+/.exec(line)?.[0]).sort()).toEqual([...settings].sort());
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
    for (const [name, value] of defaults) expect(lines).toContain(`# ${name}=${String(value)}`);
  });

  it("stand in the README's table, with their defaults", () => {
    const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` +\| (.*?) +\|/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual([...settings].sort());
    for (const [name, value] of defaults)
      expect(rows.find(([, row]) => row === name)?.[2]).toBe(`\`${String(value)}\``);
  });
});

describe('docs/capabilities.md', () => {
  const rows = read('docs/capabilities.md')
    .split('\n')
    .filter((line) => /^\| [A-Z]+-\d/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('has rows of four cells, each number once', () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((cells) => cells.length !== 6)).toEqual([]);
    const numbers = rows.map(([, number]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('names places and specs that are there', () => {
    const pathsIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    const missing = rows.flatMap(([, number = '', , where, heldBy]) => {
      let folder = '';
      const places = pathsIn(where).map((path) => {
        if (path.includes('/')) folder = path.slice(0, path.lastIndexOf('/'));
        return path.includes('/') ? path : `${folder}/${path}`;
      });
      const specs = pathsIn(heldBy);
      const absent = [...places, ...specs].filter((path) => !existsSync(join(project, path)));
      const wrong = specs.filter((path) => !/^test\/.*\.spec\.ts$/.test(path));
      return [...absent, ...wrong, ...(specs.length === 0 ? ['no spec'] : [])].map((what) => `${number}: ${what}`);
    });
    expect(missing).toEqual([]);
  });
});

describe('docs/faults.md', () => {
  const rows = read('docs/faults.md')
    .split('\n')
    .filter((line) => /^\| \d+ /.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('has a row for each of faults 11 to 35 and 45 to 49', () => {
    const numbers = Array.from({ length: 49 }, (_, n) => n + 1).filter((n) => (n >= 11 && n <= 35) || n >= 45);
    expect(rows.map(([, number]) => Number(number))).toEqual(numbers);
  });

  it('names specs that are there for each fault, or says that it has none', () => {
    const wrong = rows.flatMap(([, number = '', , heldBy = '', gap]) => {
      const specs = [...heldBy.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
      const absent = specs.filter((path) => !/^test\/.*\.spec\.ts$/.test(path) || !existsSync(join(project, path)));
      const isOpen = heldBy === 'none yet' && gap !== '';
      return [...absent, ...(specs.length === 0 && !isOpen ? ['no spec'] : [])].map((what) => `${number}: ${what}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe('docs/adr', () => {
  const records = readdirSync(join(project, 'docs/adr'));

  it('has its records numbered from one on', () => {
    expect(records.map((name) => name.slice(0, 4))).toEqual(
      records.map((_, index) => String(index + 1).padStart(4, '0')),
    );
  });

  it.each(records)('%s says why, what and what follows, in 40 lines', (name) => {
    const text = read(`docs/adr/${name}`);
    expect(text).toMatch(new RegExp(`^# ${String(Number(name.slice(0, 4)))}\\. `));
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Consequences',
    ]);
    expect(text.split('\n').length).toBeLessThanOrEqual(41);
  });
});

describe('links', () => {
  it.each([
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(project, 'docs/adr')).map((name) => `docs/adr/${name}`),
  ])('of %s lead somewhere', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(resolve(project, file, '..', path)))).toEqual([]);
  });
});
