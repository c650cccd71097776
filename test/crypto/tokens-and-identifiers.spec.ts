import { Authenticate } from '../../src/application/access/authenticate';
import { IssueToken } from '../../src/application/access/issue-token';
import type { TokenClaims } from '../../src/application/access/token-service';
import { HmacBlindIndex } from '../../src/infrastructure/crypto/hmac-blind-index';
import { JoseTokenService } from '../../src/infrastructure/crypto/jose-token-service';
import { NodeKeySecrets } from '../../src/infrastructure/crypto/node-key-secrets';
import { TypeidIdentifiers } from '../../src/infrastructure/crypto/typeid-identifiers';
import { err, ok } from '../../src/domain/shared/result';
import { FixedClock, MemoryApiKeys } from '../http/support/fakes';

const settings = { secret: Buffer.alloc(32, 7), issuer: 'cashdesk', audience: 'cashdesk-api' };
const tokens = new JoseTokenService(settings, new FixedClock());

describe('a token', () => {
  it.each([
    { role: 'admin', subject: null },
    { role: 'support', subject: 'sue' },
    { role: 'customer', subject: 'alice' },
  ] as const)('that is issued for $role $subject says so', async (claims) => {
    expect(await tokens.verify(await tokens.issue(claims, 60))).toEqual(ok(claims));
  });

  it('ends with its lifetime', async () => {
    expect(await tokens.verify(await tokens.issue({ role: 'admin', subject: null }, -60))).toEqual(err('expired'));
  });

  it('of another audience is not taken', async () => {
    const other = new JoseTokenService({ ...settings, audience: 'other' }, new FixedClock());
    expect(await tokens.verify(await other.issue({ role: 'admin', subject: null }, 60))).toEqual(err('invalid'));
  });

  it('for a customer needs a subject', async () => {
    const issue = new IssueToken(tokens);
    expect(await issue.execute({ role: 'customer', subject: null })).toEqual(err({ kind: 'subject_required' }));
    expect((await issue.execute({ role: 'customer', subject: 'alice' })).ok).toBe(true);
  });

  it('cannot be signed with a short secret', () => {
    expect(() => new JoseTokenService({ ...settings, secret: Buffer.alloc(31) }, new FixedClock())).toThrow('32 bytes');
  });
});

describe('who a token stands for', () => {
  const blindIndex = new HmacBlindIndex(Buffer.alloc(32, 1));
  const authenticate = new Authenticate(new MemoryApiKeys(), new NodeKeySecrets(), tokens, blindIndex);
  const idOf = async (claims: TokenClaims) => {
    const principal = await authenticate.execute(await tokens.issue(claims, 60));
    return principal.ok ? principal.value.id : principal.error;
  };

  it('is kept without the subject of a customer, each under an id of their own, the same each time', async () => {
    const alice = await idOf({ role: 'customer', subject: 'alice@example.com' });
    expect(alice).toMatch(/^customer:[\w-]{43}$/);
    expect(await idOf({ role: 'customer', subject: 'alice@example.com' })).toBe(alice);
    expect(await idOf({ role: 'customer', subject: 'bob@example.com' })).not.toBe(alice);
    expect(alice).not.toContain(blindIndex.of('alice@example.com', 'customers.subject'));
  });

  it('stays readable for staff', async () => {
    expect(await idOf({ role: 'finance', subject: 'fay' })).toBe('sub:fay');
    expect(await idOf({ role: 'admin', subject: null })).toBe('role:admin');
  });
});

describe('identifiers', () => {
  it('are prefixed, unique and sorted by time', async () => {
    const identifiers = new TypeidIdentifiers();
    const first = identifiers.next('pay');
    await new Promise((resolve) => setTimeout(resolve, 2));
    const second = identifiers.next('pay');
    expect(first).toMatch(/^pay_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
    expect(first < second).toBe(true);
  });
});
