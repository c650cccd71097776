import { viewOfApiKey, type ApiKeyView } from './api-key-view';
import type { ApiKeys } from './api-keys';

/** Every key that was ever made, newest first. */
export class ListApiKeys {
  constructor(private readonly keys: ApiKeys) {}

  async execute(): Promise<ApiKeyView[]> {
    return (await this.keys.list()).map(viewOfApiKey);
  }
}
