import { err, ok, type Result } from '../../domain/shared/result';
import type { BlindIndex } from '../shared/blind-index';
import { looksLikeApiKey, parseApiKey } from './api-key-text';
import type { ApiKeys, StandingApiKey } from './api-keys';
import type { KeySecrets } from './key-secrets';
import type { Principal, Role } from './principal';
import type { TokenClaims, TokenRefusal, TokenService } from './token-service';

/** An unknown key, a wrong secret and a revoked key look the same to who presents them. */
export type AuthenticationRefusal = TokenRefusal;

/** Finds out who presents a bearer credential: an API key or a token. */
export class Authenticate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly secrets: KeySecrets,
    private readonly tokens: TokenService,
    private readonly blindIndex: BlindIndex,
  ) {}

  async execute(bearer: string): Promise<Result<Principal, AuthenticationRefusal>> {
    if (looksLikeApiKey(bearer)) return this.byKey(bearer);
    const verified = await this.tokens.verify(bearer);
    return verified.ok ? ok(this.principalOf(verified.value)) : verified;
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

  /** The id is stored. A customer's subject is personal data, so its index stands in; who of the staff it was stays readable. */
  private principalOf({ role, subject }: TokenClaims): Principal {
    return { kind: 'token', id: this.idOf(role, subject), role, scopes: null, subject };
  }

  private idOf(role: Role, subject: string | null): string {
    if (subject === null) return `role:${role}`;
    return role === 'customer' ? `customer:${this.blindIndex.of(subject, 'principal')}` : `sub:${subject}`;
  }

  private fits(secret: string, { secretHash, previous }: StandingApiKey): boolean {
    if (this.secrets.matches(secret, secretHash)) return true;
    return previous !== null && this.secrets.matches(secret, previous.secretHash);
  }
}
