# Debian, because Temporal's native core needs glibc.
FROM node:22-bookworm-slim AS tools
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .

FROM tools AS build
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
CMD ["node", "--enable-source-maps", "dist/worker.js"]
