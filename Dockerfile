# The image runs the package, built: JavaScript starts fast also where no cache can be written, as any user.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run prepack && npm prune --omit=dev --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY templates templates
COPY config config
# Writable for the group too: OpenShift runs the image as any user of group 0. Nothing else is written, so the root file
# system may be read-only.
RUN mkdir /data && chown node:0 /data && chmod g=u /data
USER node
VOLUME /data
EXPOSE 9093
# With TLS, users or a prefix too; another port needs TOCSIN_HEALTH_URL.
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["/app/dist/main.js", "health"]
ENTRYPOINT ["/app/dist/main.js"]
CMD ["--config.file=/app/config/tocsin.yml", "--storage.path=/data"]
