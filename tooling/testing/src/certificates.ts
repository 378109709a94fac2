import { isIPv4 } from 'node:net';
import { generate } from 'selfsigned';

/** A certificate and its private key, both in PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** Somebody whose word is taken for who a server is. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly cert: string;
  /** For a server of these names and IPv4 addresses, or for a client of the first name. */
  issue(...names: readonly string[]): Promise<Credentials>;
}

const dayMs = 86_400_000;

/**
 * An authority that nobody knows, for tests of TLS: for a day, and with keys that are kept nowhere.
 *
 * @example
 * const authority = await makeAuthority('a test');
 * const { cert, key } = await authority.issue('localhost', '127.0.0.1');
 */
export async function makeAuthority(name: string): Promise<Authority> {
  const now = Date.now();
  const options = {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - dayMs),
    notAfterDate: new Date(now + dayMs),
  } as const;
  const isAuthority = { name: 'basicConstraints', cA: true, critical: true } as const;
  const { cert, private: key } = await generate(named(name), {
    ...options,
    extensions: [isAuthority],
  });
  return {
    cert,
    async issue(...names) {
      const altNames = names.map((one) =>
        isIPv4(one) ? ({ type: 7, ip: one } as const) : ({ type: 2, value: one } as const),
      );
      const extensions = [{ name: 'subjectAltName', altNames } as const];
      const ca = { key, cert };
      const issued = await generate(named(names[0] ?? name), { ...options, extensions, ca });
      return { cert: issued.cert, key: issued.private };
    },
  };
}

function named(value: string) {
  return [{ name: 'commonName', value }];
}
