export { randomFrom } from '@holdfast/command/random-from';
export { type Authority, type Credentials, makeAuthority } from './certificates.ts';
export { freshCopy } from './fresh-copy.ts';
export { freshDatabase } from './fresh-database.ts';
export { freshPrefix } from './fresh-prefix.ts';
export { onOneServer } from './on-one-server.ts';
export { type OwnServer, startOwnPostgres, startOwnRedis } from './own-servers.ts';
export { partitionByEvent, partitionTable } from './partitioned.ts';
export { countPlanRows, explainingOptions } from './plan-rows.ts';
export { type ProvidedServices, providedServices } from './provided.ts';
export { type RedisFlavour, redisFlavours } from './redis-flavours.ts';
export { type Removal, removeRule } from './remove-rule.ts';
export {
  requireTlsOfPostgres,
  requireTlsOfRedis,
  type TlsFiles,
  writeAuthorities,
} from './require-tls.ts';
export { type Cut, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export { untilSeen } from './until-seen.ts';
export { valueOf } from './value-of.ts';
