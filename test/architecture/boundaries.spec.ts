import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { byType, byValue, plantTree } from './planted-tree';
import { allowedImports, forbiddenImports, wholeFiles } from './planted-violations';

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}
interface Cruise {
  summary: { violations: Violation[]; ruleSetUsed: { forbidden: { name: string }[] } };
}

const project = resolve(__dirname, '../..');
const cruiser = join(project, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const rules = join(project, '.dependency-cruiser.cjs');

/** Runs in a process of its own, because dependency-cruiser is published as ES modules only. */
function cruise(folder: string): Promise<Cruise> {
  const args = [cruiser, 'src', 'migrations', 'scripts', '--config', rules, '--output-type', 'json'];
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      try {
        done(JSON.parse(stdout) as Cruise);
      } catch {
        fail(new Error(`dependency-cruiser did not answer: ${stderr}`, { cause: error }));
      }
    });
  });
}

const asLine = ({ rule, from, to }: Violation): string => `${rule.name}: ${from} → ${to}`;

describe('the boundaries within src', () => {
  it('are kept', async () => {
    const { summary } = await cruise(project);
    expect(summary.violations.map(asLine)).toEqual([]);
  });
});

describe('a planted violation', () => {
  let tree: string;
  let planted: Cruise;

  beforeAll(async () => {
    tree = mkdtempSync(join(tmpdir(), 'cashdesk-boundaries-'));
    plantTree(tree);
    planted = await cruise(tree);
  });
  afterAll(() => {
    rmSync(tree, { recursive: true, force: true });
  });

  const brokenBy = (file: string): string[] =>
    planted.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

  it('stands for every rule', () => {
    const named = new Set([...forbiddenImports, ...wholeFiles].map(({ rule }) => rule));
    const existing = planted.summary.ruleSetUsed.forbidden.map(({ name }) => name);
    expect([...named].sort()).toEqual(existing.sort());
  });

  it.each(forbiddenImports)('of $rule is found: $from imports $imports', ({ rule, from }) => {
    expect(brokenBy(byValue(from))).toContain(rule);
  });

  it.each(forbiddenImports.filter(({ typesAllowed }) => !typesAllowed))(
    'of $rule is found in a type: $from imports $imports',
    ({ rule, from }) => {
      expect(brokenBy(byType(from))).toContain(rule);
    },
  );

  it.each(wholeFiles)('of $rule is found', ({ rule, files }) => {
    expect(Object.keys(files).flatMap(brokenBy)).toContain(rule);
  });

  it.each(forbiddenImports.filter(({ typesAllowed }) => typesAllowed))(
    'of $rule is none when it is only a type: $from imports $imports',
    ({ from }) => {
      expect(brokenBy(byType(from))).toEqual([]);
    },
  );

  it.each(allowedImports)('is not seen where $from imports $imports', ({ from, imports }) => {
    expect([...brokenBy(from), ...brokenBy(imports)]).toEqual([]);
  });
});
