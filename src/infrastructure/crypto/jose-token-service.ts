import type { KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { isRole } from '../../application/access/principal';
import { isPublishedAlgorithm, type PublishedAlgorithm } from '../../application/access/published-keys';
import { TokenService, type TokenClaims, type TokenRefusal } from '../../application/access/token-service';
import type { Clock } from '../../application/shared/clock';
import { err, ok, type Result } from '../../domain/shared/result';
import type { KnownKeys } from './known-keys';

export interface TokenSettings {
  /** At least 32 bytes, as HS256 asks; null when no token of HS256 is taken. */
  readonly secret: Uint8Array | null;
  readonly issuer: string;
  readonly audience: string;
}

const ALGORITHM = 'HS256';
const SECRET_BYTES = 32;
const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_SUBJECT = 255;
/** The secret is one and ours: a header that names, carries or points to another key is an attack. */
const FIELDS_WITH_SECRET = new Set(['alg', 'typ']);
/** A published key is named and found among those that are known; thumbprints are not read. Anything else is refused. */
const FIELDS_WITH_KEY = new Set(['alg', 'typ', 'kid', 'x5t', 'x5t#S256']);
/** `at+jwt` is how RFC 9068 marks access tokens. */
const TYPES_WITH_KEY = new Set(['jwt', 'at+jwt']);
const LONGEST_KEY_ID = 255;

/** A key and the one algorithm that it is used with: no other can be talked into it. */
interface VerifyingKey {
  readonly algorithm: typeof ALGORITHM | PublishedAlgorithm;
  readonly key: Uint8Array | KeyObject;
}

/**
 * JSON Web Tokens: under HS256 with the secret, under RS256, ES256 and EdDSA with published keys, and nothing else. What a
 * token says of its algorithm chooses between the two, and neither's keys are ever used as the other's.
 */
export class JoseTokenService extends TokenService {
  /** @throws RangeError when the secret is too short. */
  constructor(
    private readonly settings: TokenSettings,
    private readonly clock: Clock,
    private readonly published: KnownKeys | null = null,
  ) {
    super();
    if (settings.secret !== null && settings.secret.length < SECRET_BYTES)
      throw new RangeError('the secret of tokens needs at least 32 bytes');
  }

  async verify(token: string): Promise<Result<TokenClaims, TokenRefusal>> {
    const found = await this.keyFor(token);
    if (!found.ok) return found;
    const { algorithm, key } = found.value;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [algorithm],
        issuer: this.settings.issuer,
        audience: this.settings.audience,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: this.clock.now(),
      });
      const claims = claimsIn(payload);
      return claims === null ? err('invalid') : ok(claims);
    } catch (error) {
      if (error instanceof errors.JOSEError) return err(refusalFor(error));
      throw error;
    }
  }

  issue({ role, subject }: TokenClaims, lifetimeSeconds: number): Promise<string> {
    const { secret } = this.settings;
    if (secret === null) throw new Error('there is no JWT_SECRET to sign tokens with');
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    const token = new SignJWT({ role })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(this.settings.issuer)
      .setAudience(this.settings.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds);
    return (subject === null ? token : token.setSubject(subject)).sign(secret);
  }

  /** The whole header is judged before any key is looked for. */
  private async keyFor(token: string): Promise<Result<VerifyingKey, TokenRefusal>> {
    const header = headerOf(token);
    const { secret } = this.settings;
    if (header?.alg === ALGORITHM) {
      return secret !== null && isForSecret(header) ? ok({ algorithm: ALGORITHM, key: secret }) : err('invalid');
    }
    if (header === null || this.published === null || !isForPublishedKey(header)) return err('invalid');
    const key = await this.published.find(header.alg, header.kid);
    if (typeof key !== 'string') return ok({ algorithm: header.alg, key });
    return err(key === 'unavailable' ? 'keys_unavailable' : 'invalid');
  }
}

/** What its type says of its members is not believed: the token's maker wrote them. */
type Header = Readonly<Record<string, unknown>>;

function headerOf(token: string): Header | null {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return null;
  }
}

function isForSecret(header: Header): boolean {
  return hasOnly(FIELDS_WITH_SECRET, header) && (header.typ ?? 'JWT') === 'JWT';
}

function isForPublishedKey(header: Header): header is { alg: PublishedAlgorithm; kid: string } {
  const { alg, kid, typ = 'JWT' } = header;
  if (!hasOnly(FIELDS_WITH_KEY, header) || !isPublishedAlgorithm(alg)) return false;
  if (typeof typ !== 'string' || !TYPES_WITH_KEY.has(typ.toLowerCase())) return false;
  return typeof kid === 'string' && kid !== '' && kid.length <= LONGEST_KEY_ID;
}

function hasOnly(fields: ReadonlySet<string>, header: Header): boolean {
  return Object.keys(header).every((field) => fields.has(field));
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
