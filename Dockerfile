# One image for every program: the command line with its collector, and the agent of a node. `dist` is what build.ts wrote.
# A release names its base by digest.
ARG BASE=node:26-bookworm-slim
FROM ${BASE}
ARG VERSION
LABEL org.opencontainers.image.title="portolan" \
      org.opencontainers.image.description="Which ports into a Kubernetes dev cluster can be reached, when that changed, and why" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
ENV NODE_ENV=production
COPY dist/ /app/
WORKDIR /app
# By number, since runAsNonRoot cannot look up a name.
USER 65532:65532
# V8 lets what is young grow to 48 MB, of which a quarter is ever used.
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=2", "/app/portolan.mjs"]
