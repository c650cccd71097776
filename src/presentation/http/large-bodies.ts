import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticate } from '../../application/access/authenticate';
import { bearerOf, refused } from './access.guard';
import { EVIDENCE_URL } from './http-options';

/** Where a body may have megabytes, nobody makes us read it who has not shown who they are. */
export function authenticateBeforeLargeBodies(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request) => {
      if (request.routeOptions.url !== EVIDENCE_URL) return;
      const authenticated = await app.get(Authenticate).execute(bearerOf(request.headers.authorization));
      if (!authenticated.ok) throw refused(authenticated.error);
    });
}
