// Runs the Stripe simulator alone. Of the whole project it compiles the simulator's folder only, and that only when it
// has changed; what it compiles stays apart from `dist`, which other commands delete and write anew.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(project, 'src/infrastructure/stripe-simulator');
const cache = join(project, 'node_modules/.cache/stripe-simulator');
const options = join(project, '.swcrc');
const A_DAY = 86_400_000;

const require = createRequire(import.meta.url);

function sources() {
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What the compiled code depends on; touching a file is a change. */
function stateOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files, options, fileURLToPath(import.meta.url)]) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${relative(project, file)} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function isThere(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** All in one file, because finding and opening hundreds takes most of the time of a start. */
async function compile(files, target) {
  const { transform } = require('@swc/core');
  const swcrc = JSON.parse(readFileSync(options, 'utf8'));
  const modules = await Promise.all(
    files.map(async (file) => {
      const text = readFileSync(file, 'utf8');
      const { code } = await transform(text, { ...swcrc, filename: file, sourceMaps: false, swcrc: false });
      return `${JSON.stringify(nameOf(file))}: (exports, require, module) => {\n${code}\n}`;
    }),
  );
  const building = `${target}.${process.pid}`;
  writeFileSync(building, `module.exports = {\n${modules.join(',\n')}\n};\n`);
  // In one step, so that another start at the same moment finds all of it or nothing.
  renameSync(building, target);
}

function nameOf(file) {
  return relative(source, file).replaceAll('\\', '/').replace(/\.ts$/, '');
}

/** As Node would, but out of the one file. */
function run(modules, name, loaded = new Map()) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const requireHere = (wanted) =>
    wanted.startsWith('.') ? run(modules, posix.join(posix.dirname(name), wanted), loaded) : require(wanted);
  modules[name](module.exports, requireHere, module);
  return module.exports;
}

/** What no start could be using any more. */
function removeOld(current) {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (path !== current && found !== undefined && Date.now() - found.mtimeMs > A_DAY) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

async function compiled() {
  const files = sources();
  const target = join(cache, `${stateOf(files)}.js`);
  if (isThere(target)) return target;
  mkdirSync(cache, { recursive: true });
  await compile(files, target);
  removeOld(target);
  return target;
}

try {
  run(require(await compiled()), 'main');
} catch (error) {
  const missing = error.code === 'MODULE_NOT_FOUND' && /@swc\/core/.test(error.message);
  process.stderr.write(`stripe simulator: ${missing ? 'npm ci has to be run first' : error.message}\n`);
  process.exitCode = 1;
}
