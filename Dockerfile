# The image runs the sources as they are: Node strips the types, so nothing is built.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY templates templates
COPY config config
# Writable for the group too: OpenShift runs the image as any user of group 0. Nothing else is written, so the root file
# system may be read-only.
RUN mkdir /data && chown node:0 /data && chmod g=u /data
USER node
VOLUME /data
EXPOSE 9093
# With TLS, users or a prefix too; another port needs TOCSIN_HEALTH_URL.
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s CMD ["node", "/app/src/main.ts", "health"]
ENTRYPOINT ["node", "/app/src/main.ts"]
CMD ["--config.file=/app/config/tocsin.yml", "--storage.path=/data"]
