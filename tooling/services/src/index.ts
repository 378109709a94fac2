export { createDatabase, dropDatabase } from './databases.ts';
export { unpackDebianPackage } from './debian-packages.ts';
export { readServicesEnv } from './env.ts';
export { findFreePort } from './free-port.ts';
export { startPostgres } from './postgres.ts';
export { startRedis } from './redis.ts';
export {
  type LaunchedRedisCluster,
  launchRedisCluster,
  type RedisCluster,
  type RedisClusterOptions,
  startRedisCluster,
} from './redis-cluster.ts';
export { findRedisProgram } from './redis-program.ts';
export type { ServiceHandle } from './server.ts';
export { ServiceUnavailable } from './service-unavailable.ts';
export { type Services, type ServicesOptions, startServices } from './start-services.ts';
