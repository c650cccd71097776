import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

/** In `dist`, so that a build removes it with what it was made of. */
export const COMPILED_CODE = join(__dirname, '../../compiled-code');

interface Source {
  readonly text: string;
  /** What V8 made of it. */
  readonly code: Buffer;
}

export interface CompiledCode {
  readonly sources: ReadonlyMap<string, Source>;
  /** By `whereItIsAsked`. */
  readonly resolved: ReadonlyMap<string, string>;
}

/** Where each file's parts stand behind the head. */
type Place = readonly [file: string, textLength: number, codeLength: number];

interface Head {
  readonly places: readonly Place[];
  readonly resolved: readonly (readonly [string, string])[];
}

const LENGTH_OF_HEAD = 8;
/** V8 reads its code where it stands, and wants it aligned. */
const aligned = (length: number): number => Math.ceil(length / 8) * 8;

export function writeCompiledCode(file: string, { sources, resolved }: CompiledCode): void {
  const parts: Buffer[] = [];
  const places: Place[] = [];
  for (const [name, { text, code }] of sources) {
    const bytes = Buffer.from(text);
    parts.push(padded(bytes), padded(code));
    places.push([name, bytes.length, code.length]);
  }
  const head = padded(Buffer.from(JSON.stringify({ places, resolved: [...resolved] } satisfies Head)), 0x20);
  const length = Buffer.alloc(LENGTH_OF_HEAD);
  length.writeUInt32LE(head.length);
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, Buffer.concat([length, head, ...parts]));
  renameSync(unfinished, file);
}

/** @throws where it was not written. */
export function readCompiledCode(file: string): CompiledCode {
  const bytes = readFileSync(file);
  let at = LENGTH_OF_HEAD + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', LENGTH_OF_HEAD, at)) as Head;
  const sources = new Map<string, Source>();
  for (const [name, textLength, codeLength] of head.places) {
    const [text, code] = [at, at + aligned(textLength)];
    at = code + aligned(codeLength);
    sources.set(name, {
      get text() {
        return bytes.toString('utf8', text, text + textLength);
      },
      code: bytes.subarray(code, code + codeLength),
    });
  }
  return { sources, resolved: new Map(head.resolved) };
}

function padded(bytes: Buffer, fill = 0): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length, fill)]);
}

/** What Node's loader of CommonJS has, and its types do not tell of. */
export interface Loader {
  _resolveFilename: (request: string, parent: LoadedModule | null, isMain: boolean, options?: object) => string;
  readonly _extensions: Record<string, (module: LoadedModule, file: string) => unknown>;
  readonly _cache: object;
  readonly prototype: { _compile: (this: LoadedModule, text: string, file: string, format?: unknown) => unknown };
  wrap(text: string): string;
}

export interface LoadedModule {
  readonly filename: string | null;
  exports: object;
  require(request: string): unknown;
}

export const loader = Module as unknown as Loader;

/** The same question has the same answer there. */
export function whereItIsAsked(request: string, parent: LoadedModule | null, options?: object): string | null {
  if (options !== undefined || typeof parent?.filename !== 'string') return null;
  return `${dirname(parent.filename)}\0${request}`;
}

/** As Node does it, only with code that was compiled before. */
export function run(module: LoadedModule, file: string, text: string, code?: Buffer): Script {
  const script = new Script(loader.wrap(text), {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(code === undefined ? {} : { cachedData: code }),
  });
  const require = Object.assign((request: string) => module.require(request), {
    resolve: (request: string, options?: object) => loader._resolveFilename(request, module, false, options),
    main: (process as { readonly mainModule?: object }).mainModule,
    extensions: loader._extensions,
    cache: loader._cache,
  });
  const body = script.runInThisContext() as (this: object, ...args: unknown[]) => void;
  body.call(module.exports, module.exports, require, module, file, dirname(file));
  return script;
}
