/** An import that the rules forbid, or one that they allow. */
export interface PlantedImport {
  rule: string;
  from: string;
  /** A file below the planted tree, a package, or a module of Node. */
  imports: string;
  /** Whether `import type` is forbidden as well. It is, unless said otherwise. */
  typesAllowed?: boolean;
}

const violation = (rule: string, from: string, imports: string): PlantedImport => ({ rule, from, imports });

export const forbiddenImports: readonly PlantedImport[] = [
  violation('domain-knows-domain-only', 'src/domain/payment/a.ts', 'src/application/payment/target.ts'),
  violation('domain-knows-domain-only', 'src/domain/payment/b.ts', 'src/infrastructure/stripe/target.ts'),
  violation('domain-knows-domain-only', 'src/domain/payment/c.ts', 'src/presentation/http/target.ts'),
  violation('domain-without-packages', 'src/domain/shared/a.ts', 'typeid-js'),
  violation('domain-without-packages', 'src/domain/shared/b.ts', '@nestjs/common'),
  violation('domain-without-node', 'src/domain/shared/c.ts', 'node:crypto'),
  violation('domain-without-node', 'src/domain/shared/d.ts', 'fs'),
  violation('application-knows-the-core-only', 'src/application/payment/a.ts', 'src/infrastructure/stripe/target.ts'),
  violation('application-knows-the-core-only', 'src/application/payment/b.ts', 'src/presentation/http/target.ts'),
  violation('application-without-packages', 'src/application/payment/c.ts', '@nestjs/common'),
  {
    rule: 'application-without-node',
    from: 'src/application/payment/d.ts',
    imports: 'node:async_hooks',
    typesAllowed: true,
  },
  violation('infrastructure-not-to-presentation', 'src/infrastructure/queue/a.ts', 'src/presentation/http/target.ts'),
  violation('infrastructure-not-to-presentation', 'src/infrastructure/wiring/a.ts', 'src/presentation/cli/target.ts'),
  violation('presentation-not-to-infrastructure', 'src/presentation/http/a.ts', 'src/infrastructure/stripe/target.ts'),
  violation('presentation-not-to-infrastructure', 'src/presentation/cli/a.ts', 'src/infrastructure/wiring/target.ts'),
  violation('composition-roots-on-top', 'src/presentation/http/b.ts', 'src/target.module.ts'),
  violation('composition-roots-on-top', 'src/infrastructure/wiring/b.ts', 'src/target.module.ts'),

  violation('context-shared', 'src/domain/shared/e.ts', 'src/domain/payment/target.ts'),
  violation('context-shared', 'src/application/shared/a.ts', 'src/domain/payment/target.ts'),
  violation('context-access', 'src/application/access/a.ts', 'src/domain/payment/target.ts'),
  violation('context-audit', 'src/application/audit/a.ts', 'src/domain/payment/target.ts'),
  violation('context-customer', 'src/domain/customer/a.ts', 'src/domain/payment/target.ts'),
  violation('context-payment', 'src/domain/payment/d.ts', 'src/domain/refund/target.ts'),
  violation('context-payment', 'src/application/payment/e.ts', 'src/application/webhook/target.ts'),
  violation('context-refund', 'src/domain/refund/a.ts', 'src/domain/customer/target.ts'),
  violation('context-dispute', 'src/domain/dispute/a.ts', 'src/domain/customer/target.ts'),
  violation('context-dispute', 'src/application/dispute/a.ts', 'src/application/webhook/target.ts'),
  violation('context-ledger', 'src/domain/ledger/a.ts', 'src/domain/payment/target.ts'),
  violation('context-job', 'src/application/job/a.ts', 'src/domain/refund/target.ts'),
  violation('context-saga', 'src/application/saga/a.ts', 'src/domain/refund/target.ts'),
  violation('context-recovery', 'src/application/recovery/a.ts', 'src/application/webhook/target.ts'),
  violation('context-webhook', 'src/application/webhook/a.ts', 'src/application/access/target.ts'),
  violation('context-off-the-map', 'src/domain/risk/a.ts', 'src/domain/payment/target.ts'),
  violation('context-off-the-map', 'src/application/risk/a.ts', 'src/domain/payment/target.ts'),

  violation('infrastructure-folders-apart', 'src/infrastructure/queue/b.ts', 'src/infrastructure/postgres/target.ts'),
  violation('infrastructure-folders-apart', 'src/infrastructure/postgres/a.ts', 'src/infrastructure/wiring/target.ts'),
  violation('stripe-simulator-stands-alone', 'src/infrastructure/stripe-simulator/a.ts', 'src/domain/shared/target.ts'),
  violation(
    'stripe-simulator-behind-the-sandbox',
    'src/infrastructure/wiring/c.ts',
    'src/infrastructure/stripe-simulator/target.ts',
  ),
  violation(
    'stripe-simulator-behind-the-sandbox',
    'src/app.module.ts',
    'src/infrastructure/stripe-simulator/target.ts',
  ),
  {
    rule: 'stripe-simulator-takes-types-only',
    from: 'src/infrastructure/stripe-simulator/b.ts',
    imports: 'stripe',
    typesAllowed: true,
  },

  violation('stripe-at-home', 'src/infrastructure/wiring/d.ts', 'stripe'),
  violation('stripe-at-home', 'src/presentation/webhook/a.ts', 'stripe'),
  violation('pg-at-home', 'src/infrastructure/queue/c.ts', 'pg'),
  violation('typeorm-at-home', 'src/infrastructure/queue/d.ts', 'typeorm'),
  violation('typeorm-at-home', 'src/presentation/health/a.ts', '@nestjs/typeorm'),
  violation('ioredis-at-home', 'src/infrastructure/wiring/e.ts', 'ioredis'),
  violation('jose-at-home', 'src/presentation/http/c.ts', 'jose'),
  violation('opossum-at-home', 'src/infrastructure/stripe/a.ts', 'opossum'),
  violation('prom-client-at-home', 'src/infrastructure/resilience/b.ts', 'prom-client'),
  violation('nest-commander-at-home', 'src/main.ts', 'nest-commander'),
  violation('fastify-at-home', 'src/presentation/cli/b.ts', 'fastify'),
  violation('fastify-at-home', 'src/infrastructure/wiring/f.ts', '@fastify/helmet'),
  violation('fastify-at-home', 'src/infrastructure/wiring/g.ts', '@nestjs/swagger'),
  violation('pino-at-home', 'src/presentation/http/d.ts', 'nestjs-pino'),

  violation('no-tests-in-production', 'src/infrastructure/queue/e.ts', 'test/support/target.ts'),
  violation('no-dev-dependencies-in-production', 'src/infrastructure/queue/f.ts', 'fast-check'),
  violation('no-unlisted-packages', 'src/infrastructure/queue/g.ts', 'nobody-listed-it'),
  violation('no-unresolvable', 'src/infrastructure/queue/h.ts', 'not-installed'),
];

const allowed = (from: string, imports: string) => ({ from, imports });

export const allowedImports: readonly Omit<PlantedImport, 'rule'>[] = [
  allowed('src/presentation/http/fine-a.ts', 'src/application/payment/target.ts'),
  allowed('src/presentation/http/fine-b.ts', '@nestjs/swagger'),
  allowed('src/presentation/cli/fine-a.ts', 'nest-commander'),
  allowed('src/application/payment/fine-a.ts', 'src/domain/payment/target.ts'),
  allowed('src/application/refund/fine-a.ts', 'src/domain/payment/target.ts'),
  allowed('src/application/webhook/fine-a.ts', 'src/application/payment/target.ts'),
  allowed('src/application/dispute/fine-a.ts', 'src/domain/shared/target.ts'),
  allowed('src/domain/dispute/fine-a.ts', 'src/domain/dispute/target.ts'),
  allowed('src/infrastructure/stripe/fine-a.ts', 'src/application/payment/target.ts'),
  allowed('src/infrastructure/stripe/fine-b.ts', 'stripe'),
  allowed('src/infrastructure/postgres/fine-a.ts', 'src/domain/payment/target.ts'),
  allowed('src/infrastructure/postgres/fine-b.ts', 'typeorm'),
  allowed('src/infrastructure/wiring/fine-a.ts', 'src/infrastructure/stripe/target.ts'),
  allowed('src/infrastructure/wiring/fine-b.ts', '@nestjs/typeorm'),
  allowed('src/cli.ts', 'nest-commander'),
  allowed('src/sandbox.ts', 'src/infrastructure/stripe-simulator/target.ts'),
  allowed('src/root-a.ts', 'src/presentation/http/target.ts'),
  allowed('src/root-b.ts', 'nestjs-pino'),
  allowed('scripts/fine-a.ts', 'src/infrastructure/postgres/script-only.ts'),
  allowed('migrations/fine-a.ts', 'typeorm'),
];

/** Violations that a single import does not show. */
export const wholeFiles: readonly { rule: string; files: Readonly<Record<string, string>> }[] = [
  {
    rule: 'no-circular',
    files: {
      'src/domain/payment/loop.ts': "import type { Back } from './loop-back';\nexport type Loop = Back;\n",
      'src/domain/payment/loop-back.ts': "import type { Loop } from './loop';\nexport type Back = Loop;\n",
    },
  },
  { rule: 'no-orphans', files: { 'src/infrastructure/queue/orphan.ts': 'export const orphan = 1;\n' } },
];

/** What the planted package.json lists; `nobody-listed-it` is installed and not listed. */
export const plantedPackages = {
  dependencies: [
    '@fastify/helmet',
    '@nestjs/common',
    '@nestjs/swagger',
    '@nestjs/typeorm',
    'fastify',
    'ioredis',
    'jose',
    'nest-commander',
    'nestjs-pino',
    'opossum',
    'pg',
    'prom-client',
    'stripe',
    'typeid-js',
    'typeorm',
  ],
  devDependencies: ['fast-check'],
  unlisted: ['nobody-listed-it'],
} as const;
