import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { readCertificates } from './certificates.ts';
import { parameterInvalid } from './url-parts.ts';

/** What node:tls is told of a PostgreSQL. */
export type PostgresTls = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'checkServerIdentity'
>;

/** How a URL asks for TLS; undefined: it says nothing. */
export interface TlsWishes {
  readonly ssl: string | undefined;
  readonly sslmode: string | undefined;
  readonly sslrootcert: string | undefined;
  readonly sslcert: string | undefined;
  readonly sslkey: string | undefined;
}

/** What stands in place of a file: the authorities that Node trusts. */
const knownAuthorities = 'system';

const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof modes)[number];

/**
 * The modes of libpq, as psql and PostgreSQL's own documents have them: `require` encrypts and asks
 * for no proof of who answers, unless `sslrootcert` says whom to trust; `verify-ca` trusts whoever
 * has a certificate of that authority; `verify-full` wants the name in it as well. Two modes of libpq
 * are refused, since both may end in plain text: `allow` and `prefer`.
 *
 * @returns what node:tls is told; false: plain text, which is only what was asked for
 * @throws UrlInvalid
 */
export function postgresTls(wishes: TlsWishes, host: string): PostgresTls | false {
  const { ssl, sslrootcert, sslcert, sslkey } = wishes;
  const mode = modeOf(wishes);
  if (mode === 'disable') {
    const idle = Object.entries({ sslrootcert, sslcert, sslkey }).find(([, path]) => path);
    if (idle === undefined) return false;
    const asked = ssl === undefined ? 'sslmode=disable' : `ssl=${ssl}`;
    throw parameterInvalid(idle[0], `and ${asked}, which does not use it. Take one of them out`);
  }
  const files = { sslcert, sslkey, sslrootcert: authorityFileOf(wishes, mode) };
  const certificates = readCertificates(files);
  if (mode === 'verify-full') {
    // pg would hold an address without a name against "localhost".
    const check = (_: string, given: PeerCertificate) => checkServerIdentity(host, given);
    return { ...certificates, checkServerIdentity: check };
  }
  const isTrusted = certificates.ca !== undefined;
  if (!isTrusted) return { ...certificates, rejectUnauthorized: false };
  return { ...certificates, checkServerIdentity: () => undefined };
}

function modeOf({ ssl, sslmode, ...files }: TlsWishes): Mode {
  if (ssl !== undefined && sslmode !== undefined) {
    throw parameterInvalid('ssl', 'and sslmode as well. Keep sslmode alone');
  }
  if (sslmode !== undefined) return knownMode(sslmode);
  if (ssl !== undefined) return isOn(ssl) ? 'verify-full' : 'disable';
  // Who names a certificate wants TLS.
  return Object.values(files).some(Boolean) ? 'verify-full' : 'disable';
}

function isOn(ssl: string): boolean {
  if (['true', '1'].includes(ssl)) return true;
  if (['false', '0'].includes(ssl)) return false;
  throw parameterInvalid('ssl', `which is not true or false. Say sslmode=verify-full in its place`);
}

function knownMode(sslmode: string): Mode {
  const mode = modes.find((known) => known === sslmode);
  if (mode !== undefined) return mode;
  // pg's own word for it.
  if (sslmode === 'no-verify') return 'require';
  const problem = ['allow', 'prefer'].includes(sslmode)
    ? `whose value ${sslmode} may end in plain text`
    : 'whose value is not known';
  throw parameterInvalid('sslmode', `${problem}. Say one of ${modes.join(', ')}`);
}

function authorityFileOf({ sslrootcert }: TlsWishes, mode: Mode): string | undefined {
  if (mode === 'verify-ca' && sslrootcert === undefined) {
    throw parameterInvalid(
      'sslmode=verify-ca',
      'and no sslrootcert. Name the file of the authority, or say verify-full',
    );
  }
  if (sslrootcert !== knownAuthorities) return sslrootcert;
  if (mode === 'verify-full') return undefined;
  throw parameterInvalid(
    'sslrootcert=system',
    `which anybody can have a certificate from. Say sslmode=verify-full with it`,
  );
}
