import { existsSync } from 'node:fs';
import { SandboxFiles, type SandboxSecrets } from './infrastructure/settings/sandbox-files';
import { readSettings, SettingsError, type Settings } from './infrastructure/settings/settings';
import { failed } from './presentation/cli/exit-codes';

interface CliSettings {
  readonly settings: Settings;
  readonly files: SandboxFiles;
}

/** @throws CliError that names each wrong setting. */
export function settingsIn(env: NodeJS.ProcessEnv): CliSettings {
  try {
    const settings = readSettings(env);
    return { settings, files: new SandboxFiles(settings.CASHDESK_DATA_DIR) };
  } catch (error) {
    if (error instanceof SettingsError) throw failed(error.lines.join(' '));
    throw error;
  }
}

/** What the sandbox made up at its first start; the command line makes up nothing. */
export function secretsIn(files: SandboxFiles): SandboxSecrets | null {
  return existsSync(files.path('secrets.json')) ? files.secrets() : null;
}
