/** What every process of Holdfast does the same way: read its settings, log, stop. */
export { createLogger, type Logger, type LogStream, openStandardOutput } from './logger.ts';
export { redactUrl, secretsOfUrl } from './secrets.ts';
export {
  databaseUrl,
  logLevel,
  readSettings,
  SettingsInvalid,
  settingsOrExit,
  type Variables,
  urlOf,
  wholeNumber,
} from './settings.ts';
export { exitOnBugs, exitWhenLogged, stopOnSignals } from './stop.ts';
