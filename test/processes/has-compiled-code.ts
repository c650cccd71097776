/** Loaded before a service: it runs the very files that it would run without, but neither looks for them nor compiles them again. */
import { COMPILED_CODE, loader, readCompiledCode, run, whereItIsAsked } from './compiled-code';

const { sources, resolved } = readCompiledCode(COMPILED_CODE);

const resolve = loader._resolveFilename;
loader._resolveFilename = (request, parent, isMain, options) => {
  const asked = whereItIsAsked(request, parent, options);
  return (asked === null ? undefined : resolved.get(asked)) ?? resolve(request, parent, isMain, options);
};

const load = loader._extensions['.js']!;
loader._extensions['.js'] = (module, file) => {
  const source = sources.get(file);
  if (source === undefined) return load(module, file);
  return run(module, file, source.text, source.code);
};
