# Debian, because Temporal's native core needs glibc.
FROM node:22-bookworm-slim AS tools
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .

FROM tools AS build
RUN npm run build && npm prune --omit=dev
# Temporal's native core comes for five platforms, 30 MB each; one is this one.
RUN find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
CMD ["node", "--enable-source-maps", "dist/worker.js"]
