import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Boundaries, type Boundary } from './boundaries';
import { watchDatabase } from './watched-database';
import { watchStripe } from './watched-stripe';

/*
 * The service itself, with an eye on its database driver and on its requests to Stripe. `PUT /` on BOUNDARIES_PORT begins
 * a watch, which kills the process at the boundary that is given, if one is; `GET /` tells what was met since.
 */
const { BOUNDARIES_PORT, STRIPE_API_URL } = process.env;
const boundaries = new Boundaries();
watchDatabase(boundaries);
watchStripe(boundaries, String(STRIPE_API_URL));

createServer((request, response) => {
  void text(request).then((body) => {
    if (request.method === 'PUT') boundaries.watch(JSON.parse(body) as Boundary | null);
    response.end(JSON.stringify(boundaries.met));
  });
})
  .listen(Number(BOUNDARIES_PORT), '127.0.0.1')
  .unref();

// After the patches, so that nothing took a copy of what they replace.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be lifted above them.
require('../../src/main');
