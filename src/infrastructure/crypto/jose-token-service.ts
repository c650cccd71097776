import { errors, jwtVerify, SignJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { isRole } from '../../application/access/principal';
import { TokenService, type TokenClaims, type TokenRefusal } from '../../application/access/token-service';
import type { Clock } from '../../application/shared/clock';
import { err, ok, type Result } from '../../domain/shared/result';

export interface TokenSettings {
  /** At least 32 bytes, as HS256 asks. */
  readonly secret: Uint8Array;
  readonly issuer: string;
  readonly audience: string;
}

const ALGORITHM = 'HS256';
const SECRET_BYTES = 32;
const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_SUBJECT = 255;
/** There is one key and it is ours: a header that names, carries or points to another one is an attack. */
const HEADER_FIELDS = new Set(['alg', 'typ']);

/** JSON Web Tokens under HS256 and nothing else. */
export class JoseTokenService extends TokenService {
  /** @throws RangeError when the secret is too short. */
  constructor(
    private readonly settings: TokenSettings,
    private readonly clock: Clock,
  ) {
    super();
    if (settings.secret.length < SECRET_BYTES) throw new RangeError('the secret of tokens needs at least 32 bytes');
  }

  async verify(token: string): Promise<Result<TokenClaims, TokenRefusal>> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.settings.secret, {
        algorithms: [ALGORITHM],
        issuer: this.settings.issuer,
        audience: this.settings.audience,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: this.clock.now(),
      });
      const claims = plain(protectedHeader) ? claimsIn(payload) : null;
      return claims === null ? err('invalid') : ok(claims);
    } catch (error) {
      if (error instanceof errors.JOSEError) return err(refusalFor(error));
      throw error;
    }
  }

  issue({ role, subject }: TokenClaims, lifetimeSeconds: number): Promise<string> {
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    const token = new SignJWT({ role })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(this.settings.issuer)
      .setAudience(this.settings.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds);
    return (subject === null ? token : token.setSubject(subject)).sign(this.settings.secret);
  }
}

function plain(header: JWTHeaderParameters): boolean {
  return Object.keys(header).every((field) => HEADER_FIELDS.has(field)) && (header.typ ?? 'JWT') === 'JWT';
}

function claimsIn({ role, sub }: JWTPayload): TokenClaims | null {
  if (!isRole(role)) return null;
  if (sub === undefined) return role === 'customer' ? null : { role, subject: null };
  return isSubject(sub) ? { role, subject: sub } : null;
}

function isSubject(sub: unknown): boolean {
  return (
    typeof sub === 'string' && sub.length > 0 && sub.length <= LONGEST_SUBJECT && !/[\p{Cc}\p{Surrogate}]/u.test(sub)
  );
}

function refusalFor(error: errors.JOSEError): TokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  return error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf' ? 'not_yet_valid' : 'invalid';
}
