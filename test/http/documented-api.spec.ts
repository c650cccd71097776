import type { OpenAPIObject } from '@nestjs/swagger';
import { buildOpenApiDocument } from '../../src/presentation/http/openapi';
import { problemCodes, PROBLEMS } from '../../src/presentation/http/problem-codes';
import { HttpFixture } from './support/http-app';

interface Operation {
  readonly operationId?: string;
  readonly security?: unknown[];
  readonly parameters?: { readonly name: string; readonly required: boolean }[];
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly examples?: Record<string, unknown> }> }
  >;
}

let http: HttpFixture;
let document: OpenAPIObject;
let operations: [string, Operation][];
beforeAll(async () => {
  http = await HttpFixture.start();
  document = (await http.ask({ url: '/docs/openapi.json' })).json as unknown as OpenAPIObject;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation,
    ]),
  );
});
afterAll(() => http.app.close());

it('documents every route, and no other', () => {
  const routes = http.routes.filter((route) => route.includes(' /api') && !route.startsWith('HEAD'));
  expect(operations.map(([route]) => route).sort()).toEqual(routes.sort());
});

it('is the same each time that it is built', async () => {
  const other = await HttpFixture.start();
  expect(JSON.stringify(buildOpenApiDocument(other.app))).toBe(JSON.stringify(document));
  await other.app.close();
});

it('names each operation and its problems, which are known ones', () => {
  for (const [route, operation] of operations) {
    expect([route, operation.operationId]).toEqual([route, expect.any(String)]);
    const problems = Object.entries(operation.responses).flatMap(([status, response]) =>
      Object.keys(response.content?.['application/problem+json']?.examples ?? {}).map((code) => [Number(status), code]),
    );
    if (route !== 'GET /api/health/live') expect(problems).not.toEqual([]);
    for (const [status, code] of problems) expect(PROBLEMS[code as 'not_found'].status).toBe(status);
  }
});

it('asks for credentials where the routes do, and for a key where money moves', () => {
  const secured = operations.filter(([, { security }]) => security !== undefined).map(([route]) => route);
  expect(secured.sort()).toEqual(
    operations
      .map(([route]) => route)
      .filter((route) => /\/(payments|payment-methods|customers|refunds|disputes|billing|admin|metrics)/.test(route))
      .sort(),
  );
  const keyed = operations.filter(([, { parameters }]) =>
    parameters?.some(({ name, required }) => name === 'Idempotency-Key' && required),
  );
  expect(keyed.map(([route]) => route).sort()).toEqual(
    secured.filter(
      (route) =>
        route.startsWith('POST') && /\/payments|\/confirm-payment|\/submit-evidence|\/refunds(?!\/quote)/.test(route),
    ),
  );
});

it('explains every code where its type points to', async () => {
  const { text, headers } = await http.ask({ url: '/docs/problems' });
  expect(headers['content-type']).toMatch(/^text\/html/);
  for (const code of problemCodes()) expect(text).toContain(`<tr id="${code}">`);
});

it('is shown by a page that its content security policy lets work', async () => {
  const { status, text, headers } = await http.ask({ url: '/docs' });
  expect(status).toBe(200);
  const csp = String(headers['content-security-policy']);
  expect(csp).toContain("script-src 'self';");
  expect(text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/);
  const sources = [...text.matchAll(/(?:src|href)=["']\.\/docs\/([^"']+)/g)].map(([, file]) => `/docs/${file ?? ''}`);
  expect(sources.length).toBeGreaterThan(3);
  for (const url of sources) expect([url, (await http.ask({ url })).status]).toEqual([url, 200]);
});

it('answers in problems when something is wrong there too', async () => {
  expect((await http.ask({ url: '/docs', headers: { 'content-encoding': 'gzip' } })).json.code).toBe(
    'unsupported_content_encoding',
  );
  expect((await http.ask({ url: '/docs/nothing' })).json.code).toBe('not_found');
});
