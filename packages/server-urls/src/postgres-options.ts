import { parameterInvalid } from './url-parts.ts';

/** The settings of a session, by the names that PostgreSQL has for them. */
export type SessionSettings = Readonly<Record<string, string>>;

/** `-c name=value`, `-cname=value` or `--name=value`, where a backslash keeps what follows it. */
const setting = /^(?:-c\s*|--)([A-Za-z_][\w.-]*)=((?:\\.|[^\s\\])*)(?:\s+|$)/s;

/**
 * Reads the parameter `options`, which PostgreSQL takes as a line of its own command.
 *
 * @throws UrlInvalid for what is no setting.
 * @example settingsFromOptions('-c search_path=shop --jit=off') // { search_path: 'shop', jit: 'off' }
 */
export function settingsFromOptions(options: string): SessionSettings {
  const settings: Record<string, string> = {};
  let rest = options.trim();
  while (rest !== '') {
    const [whole, name, value] = setting.exec(rest) ?? [];
    if (whole === undefined || name === undefined || value === undefined) {
      throw parameterInvalid('options', 'which has more than settings. Write it as -c name=value');
    }
    settings[name.replaceAll('-', '_')] = value.replaceAll(/\\(.)/gs, '$1');
    rest = rest.slice(whole.length);
  }
  return settings;
}

/**
 * The other way: settings as the parameter `options`.
 *
 * @example optionsFromSettings({ jit: 'off' }) // '-c jit=off'
 */
export function optionsFromSettings(settings: SessionSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\\s]/g, String.raw`\$&`)}`)
    .join(' ');
}
