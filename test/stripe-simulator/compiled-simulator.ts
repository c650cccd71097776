import { transformFileSync } from '@swc/core';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCE = join(__dirname, '../../src/infrastructure/stripe-simulator');

/** The program as a build makes it, without building the whole house. Answers the path of its main file. */
export function compileSimulator(): string {
  const target = mkdtempSync(join(tmpdir(), 'simulator-build-'));
  for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const folder = join(target, entry.parentPath.slice(SOURCE.length));
    mkdirSync(folder, { recursive: true });
    const { code } = transformFileSync(join(entry.parentPath, entry.name));
    writeFileSync(join(folder, entry.name.replace(/\.ts$/, '.js')), code);
  }
  return join(target, 'main.js');
}
