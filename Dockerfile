# The image runs the package, built: JavaScript starts fast also where no cache can be written, as any user.
FROM node:24.21.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run prepack && npm prune --omit=dev --no-audit --no-fund

FROM node:24.21.0-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE CHANGELOG.md ./
COPY templates templates
COPY config config
# Error messages refer to them.
COPY docs docs
# Writable for the group, too: OpenShift runs the image as any user of group 0. Numbers, so that Kubernetes can tell that it
# is not root (runAsNonRoot). Nothing else is written, so the root file system may be read-only.
RUN mkdir /data && chown 1000:0 /data && chmod g=u /data
USER 1000:0
VOLUME /data
EXPOSE 9093
# Also with TLS, users or a prefix; another port needs TOCSIN_HEALTH_URL.
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["/app/dist/main.js", "health"]
ENTRYPOINT ["/app/dist/main.js"]
# Your own flags replace these. Add --web.external-url, or links lead to the name of the container.
CMD ["--config.file=/app/config/tocsin.yml", "--storage.path=/data"]
