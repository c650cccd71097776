import { userInfo } from 'node:os';

/** Whoever runs a command. In a container the account may have a number and no name. */
export function operatingSystemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${String(process.getuid?.() ?? 'unknown')}`;
  }
}
