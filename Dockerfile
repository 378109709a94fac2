# The image of every process. Node runs the TypeScript sources as they are; only the pages are built, for browsers.
#
# A tag may be moved to another image, a digest may not. Which digest is right can only be asked of the
# registry, on the day: docs/operations.md has the command, and NODE_IMAGE takes its answer.
ARG NODE_IMAGE=node:24.21.0-slim

FROM ${NODE_IMAGE} AS workspace
WORKDIR /holdfast
ENV CI=true
RUN npm install --global pnpm@12.21.0
COPY . .

FROM workspace AS pages
RUN pnpm install --frozen-lockfile --filter '@holdfast/web...'
RUN node apps/web/scripts/build.ts

FROM workspace AS processes
RUN pnpm install --frozen-lockfile --prod --no-optional --filter '@holdfast/api...' --filter '@holdfast/worker...' --filter '@holdfast/cli...'
# What the pages are built of is in them, and nothing is compiled here.
RUN rm -r apps/web packages/react tooling/typescript
COPY --from=pages /holdfast/apps/web/dist /holdfast/apps/web/dist
# Any user may read it and nobody may change it, whatever the umask of who checked it out.
RUN chmod -R u=rwX,go=rX . && chmod a+x tooling/cli/main.js

# Without pnpm, which would want to install before it runs anything.
FROM ${NODE_IMAGE}
WORKDIR /holdfast
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=processes /holdfast /holdfast
RUN ln -s /holdfast/tooling/cli/main.js /usr/local/bin/holdfast
# A number, so that an orchestrator sees that it is not root. Any other will do.
USER 1000:1000
# How an api is told to use its memory: tooling/command/src/api-node-flags.ts.
CMD ["node", "--min-semi-space-size=16", "--max-semi-space-size=64", "apps/api/main.js"]
