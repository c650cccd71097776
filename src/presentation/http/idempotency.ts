import { createHash } from 'node:crypto';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Principal } from '../../application/access/principal';
import type { IdempotencyScope } from '../../application/shared/idempotency';
import type { HttpRequest } from './http-request';
import { ProblemException } from './problem';

const FIELD = 'Idempotency-Key';
const SHAPE = /^[\x20-\x7e]{1,255}$/;

/** The caller's key, which the route requires. */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const key = keyIn(context);
  if (key !== null) return key;
  const errors = [{ field: FIELD, reason: 'is required: a key that is the same for each repeat of this request' }];
  throw new ProblemException('idempotency_key_required', 'This request moves money and has no key.', { errors });
});

/** The caller's key on a route that moves no money; null without one. */
export const OptionalIdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  keyIn(context),
);

function keyIn(context: ExecutionContext): string | null {
  const key = context.switchToHttp().getRequest<HttpRequest>().headers['idempotency-key'];
  if (key === undefined || key === '') return null;
  if (typeof key === 'string' && SHAPE.test(key)) return key;
  const errors = [{ field: FIELD, reason: 'must have 1 to 255 printable ASCII characters' }];
  throw new ProblemException('idempotency_key_invalid', 'The key cannot be kept.', { errors });
}

const DOCUMENTED = {
  name: FIELD,
  schema: { type: 'string', minLength: 1, maxLength: 255, example: '5f0c1a52-7a1c-4a53-9a1e-0d6c2f1b8f11' },
} as const;

/** Documents the header on a route that requires it. */
export function RequiresIdempotencyKey(): MethodDecorator {
  const description = 'The same key repeats the same request: it runs once, and its first answer is given again.';
  return applyDecorators(ApiHeader({ ...DOCUMENTED, required: true, description }));
}

/** Documents the header on a route that moves no money. */
export function TakesIdempotencyKey(): MethodDecorator {
  const description =
    'The same key repeats the same request: it runs once, and the answer shows what it is about as it is then.';
  return applyDecorators(ApiHeader({ ...DOCUMENTED, required: false, description }));
}

/** @param asked the path parameters and the validated body, defaults filled in: what is asked, not how it is written. */
export function scopeOf(principal: Principal, route: string, key: string, asked: unknown): IdempotencyScope {
  const fingerprint = createHash('sha256').update(canonical(asked), 'utf8').digest('hex');
  return { principal: principal.id, route, key, fingerprint };
}

/** JSON with sorted keys; what is undefined is left out, as JSON does. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`);
  return `{${entries.join(',')}}`;
}
