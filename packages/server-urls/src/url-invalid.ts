/**
 * A URL of a server that cannot be used as it stands. The message names the part and the fix, and
 * reads on after the name of a setting: `DATABASE_URL has the parameter …`. It never has a password.
 */
export class UrlInvalid extends Error {
  override readonly name = 'UrlInvalid';
}
