import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import type { Principal } from '../../../application/access/principal';
import { detailOf, type AuditDetail } from '../../../application/audit/audit-detail';
import { RecordAudit, type AuditOutcome } from '../../../application/audit/record-audit';
import type { AuditAct } from '../../../domain/audit/audit-entry';
import type { HttpRequest } from '../http-request';
import type { ProblemException } from '../problem';
import { declaredBy } from '../request.pipe';
import { problemOf } from '../unexpected-errors';
import { writes } from './audited-routes';

/** An id as Cashdesk and Stripe make them. Anything else in its place is the caller's own, and stays out. */
const ID = /^[a-z]{2,10}_[0-9A-Za-z]{8,64}$/;

/** Says of requests who did what, and has it recorded. */
@Injectable()
export class StaffActs {
  constructor(private readonly record: RecordAudit) {}

  /** @throws what the work throws; or, before anything was done, why the trail could not be written. */
  carryOut<T>(principal: Principal, context: ExecutionContext, work: () => Promise<T>): Promise<T> {
    const response = context.switchToHttp().getResponse<{ readonly statusCode: number }>();
    return this.record.execute({
      act: actOf(principal, context),
      detail: givenWith(context),
      work,
      done: (value) => ({ status: response.statusCode, code: null, target: idIn(value) }),
      failed: failureOf,
    });
  }

  /** Of somebody who is staff, and where something would have been written. */
  async noteDenied(principal: Principal, context: ExecutionContext, { status, code }: ProblemException): Promise<void> {
    if (principal.role === 'customer' || !writes(context)) return;
    await this.record.denied(actOf(principal, context), { status, code });
  }
}

function actOf({ id, role }: Principal, context: ExecutionContext): AuditAct {
  const { method, routeOptions, params, id: requestId } = context.switchToHttp().getRequest<HttpRequest>();
  const path = (routeOptions.url ?? '').replace(/^\/api\/v\d+/, '').replace(/:(\w+)/g, '{$1}');
  const ids = Object.values((params ?? {}) as Record<string, unknown>).filter(isId);
  const target = ids.length === 0 ? null : ids.join('/');
  return { principal: id, role, channel: 'http', action: `${method} ${path}`, target, requestId };
}

/** Only what the route declares: a name of the caller's own may be personal as well. */
function givenWith(context: ExecutionContext): AuditDetail | null {
  const { body } = context.switchToHttp().getRequest<HttpRequest>();
  const dto = bodyOf(context);
  if (dto === null || typeof body !== 'object' || body === null) return null;
  const given = body as Record<string, unknown>;
  return detailOf(Object.fromEntries(declaredBy(dto).map((name) => [name, given[name]])));
}

type Dto = Parameters<typeof declaredBy>[0];

/** `@Body()` among what Nest keeps of a handler's arguments: the kind 3, and which argument it is. */
const BODY = /^3:(\d+)$/;

function bodyOf(context: ExecutionContext): Dto | null {
  const controller = context.getClass();
  const { name } = context.getHandler();
  const given = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as Record<string, unknown> | undefined;
  const index = Object.keys(given ?? {}).flatMap((key) => BODY.exec(key)?.[1] ?? [])[0];
  if (index === undefined) return null;
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) as Dto[];
  return types[Number(index)] ?? null;
}

function failureOf(error: unknown): AuditOutcome {
  const { status, code, extras } = problemOf(error);
  const members = Object.entries(extras.members ?? {});
  return { status, code, target: members.map(([name, value]) => name.endsWith('Id') && value).find(isId) ?? null };
}

function idIn(answer: unknown): string | null {
  const { id } = (answer ?? {}) as { readonly id?: unknown };
  return isId(id) ? id : null;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}
