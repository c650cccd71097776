import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Authenticate, type AuthenticationRefusal } from '../../application/access/authenticate';
import { hasScope, type Principal, type Role } from '../../application/access/principal';
import type { Scope } from '../../application/access/scopes';
import { StaffActs } from './audit/staff-acts';
import { ACCESS, KEY_SCOPE, takesKeys, type Access } from './access-decorators';
import type { HttpRequest } from './http-request';
import { ProblemException } from './problem';

const CHALLENGE = 'Bearer realm="cashdesk"';

/** Lets nobody through to a route that does not say who may use it. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticate: Authenticate,
    private readonly acts: StaffActs,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, places);
    if (access === undefined) throw new Error(`${context.getClass().name} has a route without a declared role`);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const authenticated = await this.authenticate.execute(bearerOf(request.headers.authorization));
    if (!authenticated.ok) throw refused(authenticated.error);
    const principal = authenticated.value;
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(KEY_SCOPE, places);
    if (takesKeys(access) && scope === undefined) {
      throw new Error(`${context.getClass().name} has a route without a declared scope`);
    }
    const denial = denialOf(principal, access, scope);
    if (denial !== null) {
      await this.acts.noteDenied(principal, context, denial);
      throw denial;
    }
    request.principal = principal;
    return true;
  }
}

/** @param access who may, other than everyone. */
function denialOf(principal: Principal, access: readonly Role[], scope: Scope | undefined): ProblemException | null {
  const { role, scopes } = principal;
  if (!access.includes(role)) {
    return new ProblemException('forbidden', `The role ${role} may not do this; it takes ${access.join(' or ')}.`);
  }
  if (scope === undefined || hasScope(principal, scope)) return null;
  const has = scopes?.join(' and ') ?? '';
  return new ProblemException('scope_missing', `The API key has the scope ${has} only; this takes ${scope}.`);
}

export function bearerOf(authorization: string | undefined): string {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (bearer !== undefined) return bearer;
  const headers = { 'www-authenticate': CHALLENGE };
  throw new ProblemException('credentials_required', 'The request carries no bearer credentials.', { headers });
}

export function refused(reason: AuthenticationRefusal): ProblemException {
  const headers = { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` };
  switch (reason) {
    case 'expired':
      return new ProblemException('credentials_expired', 'The API key or token is past its expiry.', { headers });
    case 'not_yet_valid':
      return new ProblemException('credentials_invalid', 'The token is not valid yet.', { headers });
    case 'keys_unavailable': {
      const detail = 'The key that signed the token is not known here, and JWKS_URL gives no keys now.';
      return new ProblemException('token_keys_unavailable', detail, { headers: { 'retry-after': '10' } });
    }
    case 'invalid':
      return new ProblemException('credentials_invalid', 'The API key or token was not accepted.', { headers });
  }
}
