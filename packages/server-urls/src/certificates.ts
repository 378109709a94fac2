import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { parameterInvalid } from './url-parts.ts';

/** Who is trusted, and who we are, as files in PEM. */
export interface CertificateFiles {
  readonly sslrootcert: string | undefined;
  readonly sslcert: string | undefined;
  readonly sslkey: string | undefined;
}

/** What the files hold, in the words of node:tls. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Reads the files, and makes sure that they are what they should be: node:tls would take a file
 * without any certificate for one that trusts nobody, and say so at the first connection only.
 *
 * @throws UrlInvalid, which names the parameter and the file.
 */
export function readCertificates(files: CertificateFiles): Certificates {
  const { sslrootcert, sslcert, sslkey } = files;
  if (sslcert !== undefined && sslkey === undefined) {
    throw parameterInvalid('sslcert', 'and no sslkey. Name the file of its private key');
  }
  if (sslkey !== undefined && sslcert === undefined) {
    throw parameterInvalid('sslkey', 'and no sslcert. Name the file of its certificate');
  }
  return {
    ...(sslrootcert !== undefined && { ca: certificate('sslrootcert', sslrootcert) }),
    ...(sslcert !== undefined && sslkey !== undefined && identity(sslcert, sslkey)),
  };
}

function identity(sslcert: string, sslkey: string): { cert: string; key: string } {
  const cert = certificate('sslcert', sslcert);
  const key = read('sslkey', sslkey);
  try {
    createSecureContext({ cert, key });
  } catch {
    throw parameterInvalid(
      'sslkey',
      `whose file ${sslkey} is no private key of ${sslcert} without a passphrase. Name the right one`,
    );
  }
  return { cert, key };
}

function certificate(name: string, path: string): string {
  const text = read(name, path);
  try {
    requireCertificate(text);
    return text;
  } catch {
    throw parameterInvalid(
      name,
      `whose file ${path} holds no certificate in PEM. Name one that does`,
    );
  }
}

/** @throws Error for a text without one */
function requireCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it failed';
    throw parameterInvalid(
      name,
      `whose file ${path} cannot be read (${reason}). Name a file that this process may read`,
    );
  }
}
