# The operator as an image: Node, the libraries Node needs, and one bundled file. No shell, no package manager, no root.
# The base image is an argument that names a digest. Renew it with a `docker buildx imagetools inspect node:24-bookworm-slim`.
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${BUILD_IMAGE} AS build
WORKDIR /integration-service
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY tsconfig.json LICENSE ./
COPY scripts scripts
COPY src src
# The Node that runs is the one that the lock file pins, and that all tests ran on.
RUN export PATH="$PWD/node_modules/.bin:$PATH" \
    && node scripts/bundle.ts \
    && npm sbom --sbom-format=cyclonedx --sbom-type=application --omit=dev > dist/sbom.cdx.json \
    && sh scripts/image-root.sh /image

FROM scratch
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Integration Service" \
      org.opencontainers.image.description="Tests every build of an Application together with its other candidates, and promotes what was tested together" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image /
ENV NODE_ENV=production
WORKDIR /app
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=16", "/app/integration-service.mjs"]
