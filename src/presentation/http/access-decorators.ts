import {
  applyDecorators,
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Principal, Role } from '../../application/access/principal';
import type { Scope } from '../../application/access/scopes';
import type { HttpRequest } from './http-request';

/** Who may use a route. */
export type Access = 'public' | readonly Role[];

export const ACCESS = 'cashdesk:access';
export const KEY_SCOPE = 'cashdesk:key-scope';

export const READS_PAYMENTS = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export const READS_CUSTOMERS = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export const WRITES_CUSTOMERS = ['finance', 'admin'] as const satisfies readonly Role[];
export const READS_DISPUTES = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export const READS_METRICS = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export const MOVES_MONEY = ['finance', 'admin'] as const satisfies readonly Role[];

export const Roles = (...roles: readonly [Role, ...Role[]]): CustomDecorator => SetMetadata(ACCESS, roles);

/** An API key is never a customer's: a route for customers only has no use for a scope. */
export function takesKeys(access: Access): boolean {
  return access !== 'public' && access.some((role) => role !== 'customer');
}

/** What an API key that was narrowed must have kept. Every route that takes keys says it, so that none is forgotten. */
export const KeyScope = (scope: Scope): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(KEY_SCOPE, scope), ApiExtension('x-api-key-scope', scope));

/** For everyone, without credentials. */
export const Public = (): CustomDecorator => SetMetadata(ACCESS, 'public' satisfies Access);

/** Who asks. Not for public routes. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<HttpRequest>();
  if (principal === undefined) throw new Error('a public route has no principal');
  return principal;
});
