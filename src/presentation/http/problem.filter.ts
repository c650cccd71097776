import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemBody, PROBLEM_TYPE } from './problem';
import { loggable, problemOf } from './unexpected-errors';

/** Turns everything that is thrown, by the framework or by us, into problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(thrown);
    if (problem.code === 'internal_error' || problem.code === 'database_unavailable') {
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
