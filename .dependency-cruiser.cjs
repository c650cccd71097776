// Who may import whom. `npm run boundaries` checks these rules, and test/architecture/boundaries.spec.ts plants a
// violation of each of them: a rule without one fails there. Scripts and migrations are read for what they use of src.

/** Contexts within src/domain and src/application, and which they know besides themselves. Others know shared only. */
const contexts = {
  shared: [],
  access: ['shared'],
  audit: ['shared'],
  customer: ['shared'],
  payment: ['shared', 'customer'],
  refund: ['shared', 'payment', 'dispute', 'saga'],
  dispute: ['shared', 'payment'],
  job: ['shared', 'saga'],
  saga: ['shared'],
  ledger: ['shared'],
  recovery: ['shared', 'payment', 'refund', 'customer', 'dispute'],
  webhook: ['shared', 'payment', 'customer', 'dispute', 'refund', 'ledger'],
};

/** Folders of src/infrastructure that know others besides themselves. The wiring knows all. */
const neighbours = {};

const roots = '[^/]+[.]ts$';
const cli = 'cli[.]ts$';
const web = ['presentation/http/', 'presentation/webhook/', 'presentation/health/', roots];

/** Each technology's packages, and the places below src which may import them. */
const technologies = {
  stripe: { packages: ['stripe'], homes: ['infrastructure/stripe/', 'infrastructure/stripe-simulator/'] },
  pg: { packages: ['pg'], homes: ['infrastructure/postgres/'] },
  typeorm: {
    packages: ['typeorm', '@nestjs/typeorm'],
    homes: ['infrastructure/postgres/', 'infrastructure/wiring/'],
  },
  ioredis: { packages: ['ioredis'], homes: ['infrastructure/redis/'] },
  jose: { packages: ['jose'], homes: ['infrastructure/crypto/'] },
  opossum: { packages: ['opossum'], homes: ['infrastructure/resilience/'] },
  'nest-commander': { packages: ['nest-commander'], homes: ['presentation/cli/', cli] },
  fastify: {
    packages: ['fastify', '@fastify/[^/]+', '@nestjs/platform-fastify', '@nestjs/swagger'],
    homes: web,
  },
  'prom-client': { packages: ['prom-client'], homes: ['infrastructure/telemetry/'] },
  pino: {
    packages: ['pino', 'pino-http', 'nestjs-pino'],
    homes: ['infrastructure/telemetry/', 'infrastructure/wiring/', roots],
  },
};

const anyPackage = '(^|/)node_modules/';
const oneOf = (names) => `(${names.join('|')})`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layers = [
  forbid(
    'domain-knows-domain-only',
    'The domain imports nothing but the domain.',
    { path: '^src/domain/' },
    { path: '^src/', pathNot: '^src/domain/' },
  ),
  forbid(
    'domain-without-packages',
    'The domain imports no npm package, not even its types.',
    { path: '^src/domain/' },
    { path: anyPackage },
  ),
  forbid(
    'domain-without-node',
    'The domain imports nothing of Node, not even its types.',
    { path: '^src/domain/' },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'application-knows-the-core-only',
    'The application imports the domain and itself. What lies outside stands behind a port.',
    { path: '^src/application/' },
    { path: '^src/', pathNot: '^src/(domain|application)/' },
  ),
  forbid(
    'application-without-packages',
    'The application imports no npm package, not even its types.',
    { path: '^src/application/' },
    { path: anyPackage },
  ),
  forbid(
    'application-without-node',
    'The application imports types of Node only.',
    { path: '^src/application/' },
    { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'infrastructure-not-to-presentation',
    'An adapter does not know how it is presented.',
    { path: '^src/infrastructure/' },
    { path: '^src/presentation/' },
  ),
  forbid(
    'presentation-not-to-infrastructure',
    'The presentation speaks to ports and use cases. The wiring decides which adapter answers.',
    { path: '^src/presentation/' },
    { path: '^src/infrastructure/' },
  ),
  forbid(
    'composition-roots-on-top',
    'Files directly in src put the parts together, so no part imports them.',
    { path: '^src/[^/]+/' },
    { path: `^src/${roots}` },
  ),
];

const knownContexts = Object.entries(contexts).map(([context, known]) =>
  forbid(
    `context-${context}`,
    `${context} knows ${known.join(' and ') || 'no other context'}. The map is in .dependency-cruiser.cjs.`,
    { path: `^src/(domain|application)/${context}/` },
    { path: '^src/(domain|application)/', pathNot: `^src/(domain|application)/${oneOf([context, ...known])}/` },
  ),
);

const otherContexts = forbid(
  'context-off-the-map',
  'A context that is not on the map in .dependency-cruiser.cjs knows shared only.',
  { path: '^src/(domain|application)/([^/]+)/', pathNot: `^src/(domain|application)/${oneOf(Object.keys(contexts))}/` },
  { path: '^src/(domain|application)/', pathNot: '^src/(domain|application)/(shared|$2)/' },
);

const folders = [
  forbid(
    'infrastructure-folders-apart',
    'A technology does not know another one. They meet through ports, in the wiring.',
    {
      path: '^src/infrastructure/([^/]+)/',
      pathNot: `^src/infrastructure/${oneOf(['wiring', ...Object.keys(neighbours)])}/`,
    },
    { path: '^src/infrastructure/', pathNot: '^src/infrastructure/$1/' },
  ),
  ...Object.entries(neighbours).map(([folder, known]) =>
    forbid(
      `infrastructure-${folder}-apart`,
      `infrastructure/${folder} knows ${known.join(' and ')} besides itself.`,
      { path: `^src/infrastructure/${folder}/` },
      { path: '^src/infrastructure/', pathNot: `^src/infrastructure/${oneOf([folder, ...known])}/` },
    ),
  ),
  forbid(
    'stripe-simulator-stands-alone',
    'The simulator knows nothing of the service that it is used to test.',
    { path: '^src/infrastructure/stripe-simulator/' },
    { path: '^src/', pathNot: '^src/infrastructure/stripe-simulator/' },
  ),
  forbid(
    'stripe-simulator-behind-the-sandbox',
    'Only the start of the sandbox knows the simulator.',
    { path: '^src/', pathNot: ['^src/sandbox[.]ts$', '^src/infrastructure/stripe-simulator/'] },
    { path: '^src/infrastructure/stripe-simulator/' },
  ),
  forbid(
    'stripe-simulator-takes-types-only',
    "The simulator may use the types of Stripe's SDK, never its code.",
    { path: '^src/infrastructure/stripe-simulator/' },
    { path: `${anyPackage}stripe/`, dependencyTypesNot: ['type-only'] },
  ),
];

const packages = Object.entries(technologies).map(([technology, { packages, homes }]) =>
  forbid(
    `${technology}-at-home`,
    `The places that may import it are listed under '${technology}' in .dependency-cruiser.cjs.`,
    { path: '^src/', pathNot: `^src/${oneOf(homes)}` },
    { path: `${anyPackage}(@types/)?${oneOf(packages)}/` },
  ),
);

const hygiene = [
  forbid('no-circular', 'Break the circle: one of its files knows too much.', {}, { circular: true }),
  forbid(
    'no-orphans',
    'Nothing but a test imports this file, and it imports nothing.',
    { path: '^src/', orphan: true },
    {},
  ),
  forbid(
    'no-tests-in-production',
    'The service runs without its tests, benchmarks and scripts.',
    { path: '^src/' },
    { path: '^(test|bench|scripts)/' },
  ),
  forbid(
    'no-dev-dependencies-in-production',
    'The service runs without its development dependencies. Move the package to dependencies.',
    { path: '^src/' },
    { path: anyPackage, pathNot: `${anyPackage}@types/`, dependencyTypes: ['npm-dev'] },
  ),
  forbid(
    'no-unlisted-packages',
    'A package that is imported stands in package.json.',
    {},
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
  forbid('no-unresolvable', 'The import leads nowhere.', {}, { couldNotResolve: true }),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layers, ...knownContexts, otherContexts, ...folders, ...packages, ...hygiene],
  options: {
    // Also sees `import type`, which leaves no trace in the compiled code.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
