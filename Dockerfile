# The server of dns-cutover; docs/container.md says how to run it.
# A release names the base by its digest: --build-arg BASE=node:24.21.0-slim@sha256:…
ARG BASE=node:24.21.0-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY . .
RUN ["npm", "run", "build"]
RUN ["node", "scripts/production-tree.mjs", "/out/app"]
RUN ["mkdir", "/out/data"]

FROM ${BASE}
ENV NODE_ENV=production
COPY --from=build /out/app /app
COPY --from=build --chown=65532:65532 /out/data /data
# By number: Kubernetes checks runAsNonRoot against nothing else.
USER 65532:65532
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8053
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/app/dist/src/commands/serve/healthcheck.js"]
ENTRYPOINT ["node", "/app/dist/src/cli.js"]
# On loopback: beyond it only with TLS or --behind-proxy.
CMD ["serve", "--config", "/config/dns-cutover.yaml", "--state", "/data"]
