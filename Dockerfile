# The image of every process. There is no build step: Node runs the TypeScript sources.
#
# A tag may be moved to another image, a digest may not. Which digest is right can only be asked of the
# registry, on the day: docs/operations.md has the command, and NODE_IMAGE takes its answer.
ARG NODE_IMAGE=node:24.21.0-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /holdfast
ENV CI=true
RUN npm install --global pnpm@12.21.0
COPY . .
RUN pnpm install --frozen-lockfile --prod --no-optional
# Any user may read it and nobody may change it, whatever the umask of who checked it out.
RUN chmod -R u=rwX,go=rX . && chmod a+x tooling/cli/main.js

# Without pnpm, which would want to install before it runs anything.
FROM ${NODE_IMAGE}
WORKDIR /holdfast
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=build /holdfast /holdfast
RUN ln -s /holdfast/tooling/cli/main.js /usr/local/bin/holdfast
# A number, so that an orchestrator sees that it is not root. Any other will do.
USER 1000:1000
CMD ["node", "apps/api/main.js"]
