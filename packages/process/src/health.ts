import type { FastifyInstance, FastifyReply } from 'fastify';

/** How a process is. */
export interface HealthReport {
  /** Its parts go on. Where one does not, only a restart helps. */
  readonly stalled: readonly string[];
  /** These parts do not get their work done now, and go on trying. */
  readonly failing: readonly string[];
}

/** Asked by orchestrators, every few seconds. It must not wait for anything. */
export type Health = () => HealthReport;

const livePath = '/health/live';
const readyPath = '/health/ready';

/** An orchestrator carries no token, and these paths tell nothing but this. */
export function isHealthPath(path: string | undefined): boolean {
  return path === livePath || path === readyPath;
}

/**
 * `GET /health/live`: is it worth keeping the process? `GET /health/ready`: does it do its work now?
 * 200, or 503 with the names of the parts that do not.
 */
export function addHealth(server: FastifyInstance, health: Health): void {
  server.get(livePath, async (_, reply) => answer(reply, 'live', health().stalled));
  server.get(readyPath, async (_, reply) => {
    const { stalled, failing } = health();
    return answer(reply, 'ready', [...stalled, ...failing]);
  });
}

function answer(reply: FastifyReply, status: string, troubled: readonly string[]) {
  return troubled.length === 0
    ? reply.send({ status })
    : reply.code(503).send({ status: `not_${status}`, because: troubled });
}
