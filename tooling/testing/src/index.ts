export { freshDatabase } from './fresh-database.ts';
export { freshPrefix } from './fresh-prefix.ts';
export { type ProvidedServices, providedServices } from './provided.ts';
export { randomFrom } from './random-from.ts';
export { type RedisFlavour, redisFlavours } from './redis-flavours.ts';
export { type Cut, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
