import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

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
  issue(...names: readonly string[]): Credentials;
}

/**
 * An authority that nobody knows, for tests of TLS: for a day, and with keys that are kept nowhere.
 * Node makes keys and signatures; a certificate's own form (DER, RFC 5280) is put together here, since
 * a machine need not have openssl.
 *
 * @example
 * const authority = makeAuthority('a test');
 * const { cert, key } = authority.issue('localhost', '127.0.0.1');
 */
export function makeAuthority(name: string): Authority {
  const pair = newKeys();
  const issuer = { name, key: pair.privateKey };
  return {
    cert: certificate({ subject: name, publicKey: pair.publicKey, extension: isAuthority }, issuer),
    issue(...names) {
      const { privateKey, publicKey } = newKeys();
      const subject = names[0] ?? name;
      return {
        cert: certificate({ subject, publicKey, extension: alternativeNames(names) }, issuer),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface Subject {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extension: Buffer;
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

const validForMs = 86_400_000;

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function certificate({ subject, publicKey, extension }: Subject, issuer: Issuer): string {
  const now = Date.now();
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    // Positive, so its first bit is 0.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    signedWithSha256,
    nameOf(issuer.name),
    sequence(time(now - validForMs), time(now + validForMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const whole = sequence(body, signedWithSha256, bits(sign('sha256', body, issuer.key)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** A length of less than 64 KiB: nothing here is longer. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

function integer(value: Buffer): Buffer {
  return der(0x02, value);
}

function bits(value: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), value);
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function nameOf(text: string): Buffer {
  const commonName = objectId('550403');
  return sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))));
}

/** As `20261126120000Z`. */
function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return der(0x18, Buffer.from(`${digits}Z`));
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIPv4(name)
      ? der(0x87, Buffer.from(name.split('.').map(Number)))
      : der(0x82, Buffer.from(name)),
  );
  return sequence(objectId('551d11'), der(0x04, sequence(...entries)));
}

const signedWithSha256 = sequence(objectId('2a8648ce3d040302'));
const yes = der(0x01, Buffer.from([0xff]));
const isAuthority = sequence(objectId('551d13'), yes, der(0x04, sequence(yes)));
