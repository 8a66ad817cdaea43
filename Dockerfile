# The helpdesk in a container: built in one stage, run from a small one without compilers or development packages.
# The sandbox needs development packages, so this image wants Slack credentials.

FROM node:22-bookworm AS build
WORKDIR /app
# Packages first: they change less often than the code. Their install scripts wait, as ours would build what is not there yet.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts && npm rebuild better-sqlite3 --build-from-source
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# `helpdesk backup` makes that of MariaDB and MySQL with mariadb-dump.
RUN apt-get update && apt-get install -y --no-install-recommends mariadb-client && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/package.json /app/helpdesk.schema.json /app/helpdesk.example.yaml ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/manifest ./manifest
COPY --from=build /app/knowledge ./knowledge
# The command `helpdesk`, as in `docker compose exec helpdesk helpdesk doctor`.
RUN chmod +x dist/src/cli/helpdesk.js && ln -s /app/dist/src/cli/helpdesk.js /usr/local/bin/helpdesk \
  && mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/cli/helpdesk.js", "start"]
