import { err, ok, type Result } from '../../domain/shared/result';
import type { TokenClaims, TokenService } from './token-service';

const LIFETIME_SECONDS = 12 * 3_600;

export interface SubjectRequired {
  readonly kind: 'subject_required';
}

/** Makes a token for trying things out; in production the application that signs people in makes them. */
export class IssueToken {
  constructor(private readonly tokens: TokenService) {}

  async execute(claims: TokenClaims): Promise<Result<string, SubjectRequired>> {
    if (claims.role === 'customer' && claims.subject === null) return err({ kind: 'subject_required' });
    return ok(await this.tokens.issue(claims, LIFETIME_SECONDS));
  }
}
