import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly { readonly path: string; readonly required: boolean }[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly init?: boolean;
  readonly restart?: string;
  readonly stop_grace_period?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export function readCompose(file: string): ComposeFile {
  return parse(readFileSync(file, 'utf8')) as ComposeFile;
}

/** As Compose puts variables in: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`. @throws the message. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest?: string) => {
    const value = variables[name] ?? '';
    if (value !== '' || kind === undefined) return value;
    if (kind === '?') throw new Error(`required variable ${name} is missing a value: ${String(rest)}`);
    return rest ?? '';
  });
}

/** What a container gets: `.env` first, then what the file sets. */
export function environmentIn(
  service: ComposeService,
  dotEnv: Readonly<Record<string, string>>,
): Record<string, string> {
  const set = Object.entries(service.environment ?? {}).map(
    ([name, value]) => [name, interpolate(value, dotEnv)] as const,
  );
  return { ...(service.env_file === undefined ? {} : dotEnv), ...Object.fromEntries(set) };
}
