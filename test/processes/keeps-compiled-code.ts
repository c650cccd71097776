/** Loaded before a service whose code is kept, compiled, for the services that start after it. */
import type { Script } from 'node:vm';
import { COMPILED_CODE, loader, run, whereItIsAsked, writeCompiledCode } from './compiled-code';

const scripts = new Map<string, { readonly text: string; readonly script: Script }>();
const resolved = new Map<string, string>();

const resolve = loader._resolveFilename;
loader._resolveFilename = (request, parent, isMain, options) => {
  const file = resolve(request, parent, isMain, options);
  const asked = whereItIsAsked(request, parent, options);
  if (asked !== null) resolved.set(asked, file);
  return file;
};

const { _compile: compile } = loader.prototype;
loader.prototype._compile = function (text, file, format) {
  // An ES module, which Node compiles in another way.
  if (format !== undefined && format !== false && format !== 'commonjs') return compile.call(this, text, file, format);
  const own = text.replace(/^#!.*/, '');
  scripts.set(file, { text: own, script: run(this, file, own) });
  return undefined;
};

// By then V8 has compiled every function that a start needs.
process.on('exit', () => {
  const sources = [...scripts].map(
    ([file, { text, script }]) => [file, { text, code: script.createCachedData() }] as const,
  );
  writeCompiledCode(COMPILED_CODE, { sources: new Map(sources), resolved });
});
