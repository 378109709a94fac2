/** Shorter ones are words that stand in logs anyway. */
const secretLengthMin = 6;

/** Three base64url parts of which the first two start as a JSON object does: a signed token. */
const tokenPattern = /eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g;

/** Takes the secrets, and whatever looks like a token, out of a line of the log. */
export function createHider(secrets: readonly string[]): (line: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= secretLengthMin)
    // Inside a line of JSON a quote or a backslash is written with another backslash.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const hidden = [...new Set(forms)];
  return (line) => {
    let result = line.includes('eyJ') ? line.replace(tokenPattern, '[hidden]') : line;
    for (const secret of hidden) result = result.replaceAll(secret, '[hidden]');
    return result;
  };
}

/**
 * What must not be logged of a URL that has a password, before its host or as a parameter: the URL,
 * and the password as it stands there and as it is sent. Nothing for one without.
 */
function secretsOfUrl(text: string): readonly string[] {
  const found = [/:\/\/[^:/?#]*:([^/?#]*)@/, /[?&](?:sentinel_)?password=([^&#]*)/].flatMap(
    (pattern) => pattern.exec(text)?.[1] ?? [],
  );
  const passwords = found.filter((encoded) => encoded !== '');
  if (passwords.length === 0) return [];
  return [text, ...passwords.flatMap((encoded) => [encoded, decodeSafely(encoded)])];
}

/**
 * What must not be logged of a secret of the environment.
 *
 * @example hiddenOf('REDIS_URL', 'redis://:secret@cache') // the URL and its password
 */
export function hiddenOf(name: string, value: string): readonly string[] {
  return name.endsWith('_URL') ? secretsOfUrl(value) : [value];
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A URL as it may be shown.
 *
 * @example redactUrl('redis://:secret@cache:6379/1') // 'redis://cache:6379/1'
 */
export function redactUrl(text: string): string {
  const [, scheme, place = ''] = /^([a-z+]+:\/\/)(?:[^/?#]*@)?([^?#]*)/.exec(text) ?? [];
  return scheme === undefined ? '' : `${scheme}${place}`;
}
