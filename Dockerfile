# The embedded engine is linked against glibc: Debian, not Alpine.
FROM node:22-bookworm-slim AS build
WORKDIR /spanhouse
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json vitest.config.ts ./
COPY scripts scripts
COPY server server
COPY src/contract src/contract
COPY tests tests
RUN npm run build

# The stock Jaeger UI, fetched and checked as `npm run ui` does it; scripts/ui-digests.json, where there is one, says which
# digest it must have.
FROM node:22-bookworm-slim AS ui
WORKDIR /spanhouse
ARG UI_VERSION=
COPY scripts scripts
RUN node scripts/ui.mjs ${UI_VERSION} --into ui

# Without that UI, for `docker build --target server`: where its release cannot be reached, and a page of our own is enough.
FROM node:22-bookworm-slim AS server
WORKDIR /spanhouse
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /spanhouse/dist/server dist/server
COPY --from=build /spanhouse/dist/src dist/src
COPY LICENSE ./

RUN install --directory --owner node --group node /data
USER node
VOLUME /data
# A container's loopback reaches nobody. Who runs it says with SPANHOUSE_ALLOW_ANONYMOUS=true that its network is trusted.
ENV SPANHOUSE_HOST=0.0.0.0 SPANHOUSE_DATA_DIR=/data
EXPOSE 16686 16685 4317 4318 14268 14250 9411
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:16686/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/server/bin/spanhouse.cjs"]

FROM server AS with-ui
COPY --from=ui /spanhouse/ui ui
ENV SPANHOUSE_UI_DIR=/spanhouse/ui
