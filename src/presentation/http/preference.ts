import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { HttpRequest } from './http-request';

export const RESPOND_ASYNC = 'respond-async';

/** Whether the caller is content with 202 (RFC 7240); other preferences are not known here, and ignored. */
export const PrefersAsync = createParamDecorator((_data: unknown, context: ExecutionContext): boolean => {
  const given = context.switchToHttp().getRequest<HttpRequest>().headers.prefer;
  const preferences = String(given ?? '')
    .toLowerCase()
    .split(/[,;]/);
  return preferences.some((preference) => preference.trim() === RESPOND_ASYNC);
});
