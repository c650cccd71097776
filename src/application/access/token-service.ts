import type { Result } from '../../domain/shared/result';
import type { Role } from './principal';

/** What a token says of its bearer. */
export interface TokenClaims {
  readonly role: Role;
  /** Always set for a customer. */
  readonly subject: string | null;
}

/** Why a token is refused; `invalid` covers everything that an honest caller cannot mend by waiting or renewing. */
export type TokenRefusal =
  | 'invalid'
  | 'expired'
  | 'not_yet_valid'
  /** It may be good: the key to tell is not known, and cannot be fetched now. */
  | 'keys_unavailable';

/** Signed tokens of people: staff, and customers who are signed in to the application. */
export abstract class TokenService {
  declare protected readonly port: 'TokenService';

  abstract verify(token: string): Promise<Result<TokenClaims, TokenRefusal>>;
  abstract issue(claims: TokenClaims, lifetimeSeconds: number): Promise<string>;
}
