import { err, ok, type Result } from '../../domain/shared/result';
import { looksLikeApiKey, parseApiKey } from './api-key-text';
import type { ApiKeys, StandingApiKey } from './api-keys';
import type { KeySecrets } from './key-secrets';
import type { Principal } from './principal';
import type { TokenClaims, TokenRefusal, TokenService } from './token-service';

/** An unknown key, a wrong secret and a revoked key look the same to who presents them. */
export type AuthenticationRefusal = TokenRefusal;

/** Finds out who presents a bearer credential: an API key or a token. */
export class Authenticate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly secrets: KeySecrets,
    private readonly tokens: TokenService,
  ) {}

  async execute(bearer: string): Promise<Result<Principal, AuthenticationRefusal>> {
    if (looksLikeApiKey(bearer)) return this.byKey(bearer);
    const verified = await this.tokens.verify(bearer);
    return verified.ok ? ok(principalOf(verified.value)) : verified;
  }

  private async byKey(bearer: string): Promise<Result<Principal, AuthenticationRefusal>> {
    const presented = parseApiKey(bearer);
    const key = presented === null ? null : await this.keys.findById(presented.id);
    if (presented === null || key === null || !this.fits(presented.secret, key)) return err('invalid');
    if (key.revokedAt !== null) return err('invalid');
    // Told apart only from who has the secret: it helps nobody else.
    if (key.expired) return err('expired');
    this.keys.noteUse(key);
    return ok({ kind: 'api_key', id: `key:${key.id}`, role: key.role, scopes: key.scopes, subject: null });
  }

  private fits(secret: string, { secretHash, previous }: StandingApiKey): boolean {
    if (this.secrets.matches(secret, secretHash)) return true;
    return previous !== null && this.secrets.matches(secret, previous.secretHash);
  }
}

function principalOf({ role, subject }: TokenClaims): Principal {
  const id = subject === null ? `role:${role}` : `sub:${subject}`;
  return { kind: 'token', id, role, scopes: null, subject };
}
