import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemBody, PROBLEM_TYPE } from './problem';
import type { ProblemCode } from './problem-codes';
import { loggable, problemOf } from './unexpected-errors';

/** What someone who runs the service has to look at. */
const OURS: ReadonlySet<ProblemCode> = new Set(['internal_error', 'database_unavailable', 'sealed_data_unreadable']);

/** Turns everything that is thrown, by the framework or by us, into problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(thrown);
    if (OURS.has(problem.code)) {
      this.logger.error({ msg: problem.code, err: loggable(thrown) });
    }
    if (reply.sent) return;
    void reply
      .status(problem.status)
      .headers({ 'cache-control': 'no-store', ...problem.extras.headers })
      .type(PROBLEM_TYPE)
      .send(problemBody(problem, request.id));
  }
}
