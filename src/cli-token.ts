import { Module, type DynamicModule } from '@nestjs/common';
import { IssueToken } from './application/access/issue-token';
import { secretsIn, settingsIn } from './cli-settings';
import { JoseTokenService } from './infrastructure/crypto/jose-token-service';
import { SystemClock } from './infrastructure/wiring/system-clock';
import { failed, unreachable } from './presentation/cli/exit-codes';
import { perform, type Asked, type Invocation } from './presentation/cli/program';

@Module({})
class TokenModule {}

/** Neither database nor Stripe is needed for a token, and a key of Stripe's forbids it: then it is no sandbox. */
export async function runToken(invocation: Invocation, asked: Asked, env: NodeJS.ProcessEnv): Promise<void> {
  await perform(invocation, asked, tokenServices(env));
}

function tokenServices(env: NodeJS.ProcessEnv): DynamicModule {
  if ((env.STRIPE_SECRET_KEY ?? '') !== '') {
    throw failed('Tokens are made in the sandbox only, and STRIPE_SECRET_KEY is set: your application makes them.');
  }
  const { settings, files } = settingsIn(env);
  const secret = settings.JWT_SECRET ?? secretsIn(files)?.jwtSecret;
  if (secret === undefined) {
    throw unreachable('There is no sandbox in this folder yet: start it with npm start, or set JWT_SECRET.');
  }
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = settings;
  const tokens = new JoseTokenService({ secret: Buffer.from(secret), issuer, audience }, new SystemClock());
  const providers = [{ provide: IssueToken, useValue: new IssueToken(tokens) }];
  return { module: TokenModule, providers, exports: providers };
}
