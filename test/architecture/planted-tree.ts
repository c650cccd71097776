import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { allowedImports, forbiddenImports, plantedPackages, wholeFiles } from './planted-violations';

/** A forbidden import is planted twice, because one that is only a type leaves no trace in the compiled code. */
export const byValue = (path: string): string => path.replace(/\.ts$/, '.value.ts');
export const byType = (path: string): string => path.replace(/\.ts$/, '.type.ts');

const valueImport = (from: string): string => `import * as value from '${from}';\nexport const used = value;\n`;
const typeImport = (from: string): string => `import type * as type from '${from}';\nexport type Used = typeof type;\n`;

const isFile = (imported: string): boolean => imported.endsWith('.ts');

function specifier(from: string, imported: string): string {
  if (!isFile(imported)) return imported;
  const path = relative(dirname(from), imported).replace(/\.ts$/, '');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Writes a tree shaped like ours, with every planted import in a file of its own. */
export function plantTree(root: string): void {
  const write = (path: string, text: string): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const plant = (path: string, text: string): void => {
    if (existsSync(join(root, path))) throw new Error(`${path} is planted twice`);
    write(path, text);
  };
  for (const { from, imports } of forbiddenImports) {
    plant(byValue(from), valueImport(specifier(from, imports)));
    plant(byType(from), typeImport(specifier(from, imports)));
  }
  for (const { from, imports } of allowedImports) {
    plant(from, valueImport(specifier(from, imports)) + typeImport(specifier(from, imports)));
  }
  for (const { imports } of [...forbiddenImports, ...allowedImports].filter(({ imports }) => isFile(imports))) {
    write(imports, 'export const target = 1;\n');
  }
  for (const { files } of wholeFiles) {
    for (const [path, text] of Object.entries(files)) plant(path, text);
  }
  writePackages(write);
}

function writePackages(write: (path: string, text: string) => void): void {
  const { dependencies, devDependencies, unlisted } = plantedPackages;
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const manifest = { dependencies: versions(dependencies), devDependencies: versions(devDependencies) };
  write('package.json', JSON.stringify(manifest));
  for (const name of [...dependencies, ...devDependencies, ...unlisted]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
}
