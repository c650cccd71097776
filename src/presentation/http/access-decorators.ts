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

export const READS_PAYMENTS = ['customer', 'support', 'finance', 'admin'] as const satisfies readonly Role[];
export const READS_HISTORY = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export const READS_CUSTOMERS = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export const WRITES_CUSTOMERS = ['finance', 'admin'] as const satisfies readonly Role[];
export const MOVES_MONEY = ['finance', 'admin'] as const satisfies readonly Role[];

export const Roles = (...roles: readonly [Role, ...Role[]]): CustomDecorator => SetMetadata(ACCESS, roles);

/** What an API key that was narrowed must have kept. Every route with roles says it, so that none is forgotten. */
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
