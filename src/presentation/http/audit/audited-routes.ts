import { SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal } from '../../../application/access/principal';
import type { HttpRequest } from '../http-request';

const READS_ONLY = 'cashdesk:reads-only';
const BACKEND_WORK = 'cashdesk:backend-work';

/** For a route whose method says that it writes, though it only looks something up. */
export const ReadsOnly = (): CustomDecorator => SetMetadata(READS_ONLY, true);

/**
 * For what an application's backend does for its customers all day: with an API key it is no act of staff. The attempts
 * and the timeline of a payment keep which key it was.
 */
export const BackendWork = (): CustomDecorator => SetMetadata(BACKEND_WORK, true);

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Every route writes unless its method or its own word says otherwise, so that a new one is covered. */
export function writes(context: ExecutionContext): boolean {
  const { method } = context.switchToHttp().getRequest<HttpRequest>();
  return !READING_METHODS.has(method) && !isMarked(READS_ONLY, context);
}

/** Whether what this caller does here belongs into the trail. */
export function isActOfStaff({ kind, role }: Principal, context: ExecutionContext): boolean {
  if (role === 'customer' || !writes(context)) return false;
  return kind !== 'api_key' || !isMarked(BACKEND_WORK, context);
}

function isMarked(mark: string, context: ExecutionContext): boolean {
  return [context.getHandler(), context.getClass()].some((place) => Reflect.getMetadata(mark, place) === true);
}
