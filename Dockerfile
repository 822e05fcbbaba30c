# Debian, because Temporal's native core needs glibc.
FROM node:22-bookworm-slim AS tools
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .

FROM tools AS build
# The same files as in the npm package, and the packages that the lock file names.
RUN npm pack && mkdir image && tar -xzf millrace-*.tgz -C image --strip-components=1
RUN npm prune --omit=dev && mv node_modules image/
# Config files in the working directory import `millrace`.
RUN ln -s .. image/node_modules/millrace
# Temporal's native core comes for five platforms, 30 MB each; one is this one.
RUN find image/node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM node:22-bookworm-slim
ENV NODE_ENV=production
# Mount millrace.config.ts or millrace.yaml here.
WORKDIR /app
COPY --from=build /app/image ./
USER node
ENTRYPOINT ["node", "--enable-source-maps", "/app/dist/src/cli/main.js"]
CMD ["worker"]
