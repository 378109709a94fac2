/** What every process of Holdfast does the same way: read its settings, log, be looked at, stop. */
export { type AdminServer, type AdminServerOptions, startAdminServer } from './admin-server.ts';
export type { Health, HealthReport } from './health.ts';
export { createLogger, type Logger, type LogStream, openStandardOutput } from './logger.ts';
export { createMetricsRegistry } from './metrics.ts';
export { type Outage, watchOutage } from './outage.ts';
export { readSecretFiles } from './secret-files.ts';
export { hiddenOf, redactUrl } from './secrets.ts';
export {
  adminFields,
  adminFrom,
  adminTokenRule,
  redisPrefix,
  redisUrl,
} from './service-settings.ts';
export { isName, isTitle } from './text.ts';
export { reason, type Role, roles, userId } from './user.ts';
export { tolerateLostOutput } from './lost-output.ts';
export { readOpenFilesMax } from './open-files.ts';
export {
  databaseUrl,
  logLevel,
  readSettings,
  SettingsInvalid,
  settingsOrExit,
  urlReadBy,
  boundedNumber,
  wholeNumber,
} from './settings.ts';
export type { Variables } from './variables.ts';
export { exitOnBugs, exitWhenLogged, stopOnSignals } from './stop.ts';
