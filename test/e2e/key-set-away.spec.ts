import { House } from '../support/house';
import { publishing, signed, signingKey, startKeySetServer } from '../support/key-set-server';
import { eventually, token } from '../support/running-service';

const PATH = '/api/v1/payments?limit=1';
const claims = () => ({
  iss: 'cashdesk',
  aud: 'cashdesk',
  role: 'admin',
  sub: 'ada',
  exp: Math.floor(Date.now() / 1_000) + 600,
});

it('keys that are known stay in use when the key set goes away, health says so, and it comes back', async () => {
  const [old, fresh] = [signingKey('old'), signingKey('new', 'EdDSA')];
  const server = await startKeySetServer(publishing(old.jwk));
  const house = await House.build();
  let again: Awaited<ReturnType<typeof startKeySetServer>> | null = null;
  try {
    const service = await house.open({ env: { JWKS_URL: server.url } });
    const status = async (bearer: string) => (await service.get(PATH, bearer)).status;
    const health = async () => {
      const { status: code, body } = await service.send('GET', '/api/health');
      return { code, jwks: (body.details as Record<string, unknown>).jwks };
    };
    expect(await status(await signed(old, claims()))).toBe(200);
    // Beside the secret, not instead of it.
    expect(await status(await token({ role: 'admin' }))).toBe(200);
    expect(await health()).toMatchObject({
      code: 200,
      jwks: { degraded: false, detail: expect.stringMatching(/1 key known/) },
    });

    await server.stop();
    await eventually(async () => {
      expect((await service.get(PATH, await signed(fresh, claims()))).body.code).toBe('token_keys_unavailable');
    });
    expect(await status(await signed(old, claims()))).toBe(200);
    expect(await health()).toMatchObject({
      code: 200,
      jwks: { degraded: true, detail: expect.stringMatching(/gives no keys: what was known stays in use \(1 key\)/) },
    });

    again = await startKeySetServer(publishing(fresh.jwk), server.port);
    await eventually(async () => {
      expect(await status(await signed(fresh, claims()))).toBe(200);
    }, 30_000);
    expect(await status(await signed(old, claims()))).toBe(401);
    expect(await health()).toMatchObject({ jwks: { degraded: false } });
  } finally {
    await house.tearDown();
    await again?.stop();
  }
}, 60_000);
