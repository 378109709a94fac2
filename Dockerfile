# The workspace as it is: Node runs the TypeScript sources, so there is no build step.
FROM node:24.21.0-slim
WORKDIR /holdfast
ENV NODE_ENV=production CI=true
RUN npm install --global pnpm@12.21.0
COPY . .
RUN pnpm install --frozen-lockfile --prod --no-optional
USER node
CMD ["node", "apps/api/src/main.ts"]
