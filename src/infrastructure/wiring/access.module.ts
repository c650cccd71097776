import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ApiKeys } from '../../application/access/api-keys';
import { Authenticate } from '../../application/access/authenticate';
import { CreateApiKey } from '../../application/access/create-api-key';
import { IssueToken } from '../../application/access/issue-token';
import { KeySecrets } from '../../application/access/key-secrets';
import { ListApiKeys } from '../../application/access/list-api-keys';
import { RevokeApiKey } from '../../application/access/revoke-api-key';
import { RotateApiKey } from '../../application/access/rotate-api-key';
import { TokenService } from '../../application/access/token-service';
import { BlindIndex } from '../../application/shared/blind-index';
import { Clock } from '../../application/shared/clock';
import { Identifiers } from '../../application/shared/identifiers';
import { JoseTokenService } from '../crypto/jose-token-service';
import { NodeKeySecrets } from '../crypto/node-key-secrets';
import type { ServiceConfig } from './service-config';
import { TokenKeys } from './token-keys';
import { adapter, useCase } from './use-case';

const PROVIDERS: Provider[] = [
  adapter(KeySecrets, NodeKeySecrets),
  useCase(Authenticate, ApiKeys, KeySecrets, TokenService, BlindIndex),
  useCase(CreateApiKey, ApiKeys, KeySecrets, Identifiers, Clock),
  useCase(ListApiKeys, ApiKeys),
  useCase(RevokeApiKey, ApiKeys, Clock),
  useCase(RotateApiKey, ApiKeys, KeySecrets),
  useCase(IssueToken, TokenService),
];

/** Who may come in: API keys and signed tokens. */
@Module({})
export class AccessModule {
  static register(config: ServiceConfig): DynamicModule {
    const secret = config.jwtSecret === null ? null : Buffer.from(config.jwtSecret);
    const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWKS_URL: url } = config.settings;
    const keys: Provider = {
      provide: TokenKeys,
      useFactory: (clock: Clock) => (url === undefined ? null : new TokenKeys(url, clock)),
      inject: [Clock],
    };
    const tokens: Provider = {
      provide: TokenService,
      useFactory: (clock: Clock, published: TokenKeys | null) =>
        new JoseTokenService({ secret, issuer, audience }, clock, published?.known ?? null),
      inject: [Clock, TokenKeys],
    };
    const providers = [...PROVIDERS, keys, tokens];
    return { module: AccessModule, global: true, providers, exports: providers };
  }
}
