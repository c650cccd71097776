# The service, for production. test/containers runs these steps by hand, so keep to COPY and RUN with plain paths.
# Debian and not Alpine: the C library that the tests run on.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing that is built here needs an install script of a package.
RUN npm ci --ignore-scripts
COPY .swcrc nest-cli.json tsconfig.json ./
COPY migrations ./migrations
COPY src ./src
RUN npm run build

FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional are the binaries of the embedded PostgreSQL, which is for trying out and for tests: here DATABASE_URL is needed.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:22-bookworm-slim
WORKDIR /app
# Without a Stripe key the sandbox keeps its secrets and its simulator's data here: mount a volume.
RUN install -d -o node -g node /data
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# A container has a network of its own: what may reach it is said where its port is published.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 CASHDESK_DATA_DIR=/data
USER node
EXPOSE 3000
# The start may migrate a large database first.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not by npm and without a shell, which would not pass SIGTERM on.
CMD ["node", "dist/src/main.js"]
