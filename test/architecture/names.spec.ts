import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { impurities } from './impurities';

const project = resolve(__dirname, '../..');
const layers = ['application', 'domain', 'infrastructure', 'presentation'];
const frameworkSuffixes = ['command', 'controller', 'dto', 'filter', 'guard', 'interceptor', 'module', 'pipe'];
const longestFile = 400;

function filesBelow(folder: string): string[] {
  const path = join(project, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1));
}

const typescriptBelow = (folder: string): string[] => filesBelow(folder).filter((file) => file.endsWith('.ts'));
const read = (file: string): string => readFileSync(join(project, file), 'utf8');
const isSpec = (file: string): boolean => file.endsWith('.spec.ts');

const kebab = '[a-z0-9]+(-[a-z0-9]+)*';
const isSourceName = (file: string): boolean =>
  new RegExp(`^${kebab}([.](${frameworkSuffixes.join('|')}))?[.]ts$`).test(basename(file));
const isSpecName = (file: string): boolean => new RegExp(`^${kebab}[.]spec[.]ts$`).test(basename(file));
const holdsTests = (text: string): boolean => /^\s*(describe|it|test)([.]each)?\(/m.test(text);

const source = typescriptBelow('src');
const migrations = typescriptBelow('migrations');
const tests = typescriptBelow('test');
const everything = [...source, ...migrations, ...tests, ...typescriptBelow('scripts'), ...typescriptBelow('bench')];

describe('names', () => {
  it('of files are in kebab case, with a suffix only where the framework expects one', () => {
    expect(everything.filter((file) => !isSpec(file) && !isSourceName(file))).toEqual([]);
  });

  it('of specs are in kebab case', () => {
    expect(tests.filter((file) => isSpec(file) && !isSpecName(file))).toEqual([]);
  });

  it('of specs say a behaviour, not the file that they test', () => {
    const sources = new Set(source.map((file) => basename(file, '.ts')));
    expect(tests.filter((file) => isSpec(file) && sources.has(basename(file, '.spec.ts')))).toEqual([]);
  });

  it('of files are never index.ts', () => {
    expect(everything.filter((file) => basename(file) === 'index.ts')).toEqual([]);
  });

  it('that are wrong are found', () => {
    const wrong = ['src/domain/Payment.ts', 'src/domain/payment_status.ts', 'src/domain/payment.entity.ts', 'a--b.ts'];
    expect(wrong.filter(isSourceName)).toEqual([]);
    expect(isSpecName('test/domain/captureInParts.spec.ts')).toBe(false);
    expect(isSourceName('src/presentation/http/payments.controller.ts')).toBe(true);
  });
});

describe('places', () => {
  it('within src are the four layers and the composition roots', () => {
    const folders = source.map((file) => file.split('/')).filter((parts) => parts.length > 2);
    expect([...new Set(folders.map(([, layer]) => layer))].filter((layer) => !layers.includes(layer ?? ''))).toEqual(
      [],
    );
  });

  it('within a layer are its folders: no file lies beside them, where no rule would see it', () => {
    expect(source.filter((file) => new RegExp(`^src/(${layers.join('|')})/[^/]+$`).test(file))).toEqual([]);
  });

  it('of specs are below test, where jest looks for them', () => {
    expect([...source, ...migrations].filter(isSpec)).toEqual([]);
  });

  it('of tests are specs, because jest runs nothing else', () => {
    const others = tests.filter((file) => !isSpec(file) && !file.startsWith('test/support/'));
    expect(others.filter((file) => holdsTests(read(file)))).toEqual([]);
  });
});

describe('migrations', () => {
  it('have a time each, by which they are run, and which ends the name of their class', () => {
    const times = migrations.map((file) => /^migrations\/(\d{13})-/.exec(file)?.[1] ?? file);
    expect(times).toEqual([...new Set(times)]);
    const misnamed = migrations.filter(
      (file, n) => !new RegExp(`^export class \\w+${times[n] ?? ''} `, 'm').test(read(file)),
    );
    expect(misnamed).toEqual([]);
  });
});

describe('size', () => {
  it(`of a file in src is at most ${String(longestFile)} lines`, () => {
    expect(source.filter((file) => read(file).trimEnd().split('\n').length > longestFile)).toEqual([]);
  });
});

describe('the domain', () => {
  it('has no clock, no randomness and no process', () => {
    const found = typescriptBelow('src/domain').map((file) => ({ file, found: impurities(read(file)) }));
    expect(found.filter((each) => each.found.length > 0)).toEqual([]);
  });

  it.each([
    ['const now = Date.now();', 'Date.now'],
    ['const now = new Date();', 'new Date()'],
    ['const now = new Date;', 'new Date()'],
    ['const now = Date();', 'Date()'],
    ['const later = performance.now();', 'performance'],
    ['const lot = Math.random();', 'Math.random'],
    ['const lot = crypto.randomUUID();', 'crypto'],
    ['const home = process.env.HOME;', 'process'],
    ['const home = globalThis.process;', 'globalThis'],
    ['setTimeout(run, 5);', 'setTimeout'],
    ['const { env } = process;', 'process'],
  ])('is caught at `%s`', (text, impurity) => {
    expect(impurities(text)).toContain(impurity);
  });

  it.each([
    'const then = new Date(0);',
    '// Date.now() is not for us, nor is process.env',
    "const text = 'Math.random() and process.';",
    'const step = { process: 1 }.process;',
    'const at: Date = given;',
  ])('is left alone at `%s`', (text) => {
    expect(impurities(text)).toEqual([]);
  });
});
