import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import type { HttpRequest } from '../http-request';
import { isActOfStaff } from './audited-routes';
import { StaffActs } from './staff-acts';

/** Around every route: what staff ask for is in the trail before it is done, and how it ended after it. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly acts: StaffActs) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const { principal } = context.switchToHttp().getRequest<HttpRequest>();
    if (principal === undefined || !isActOfStaff(principal, context)) return next.handle();
    return defer(() =>
      this.acts.carryOut(principal, context, () => lastValueFrom(next.handle(), { defaultValue: undefined })),
    );
  }
}
