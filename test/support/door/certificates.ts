// Authorities and certificates for tests of the door.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { systemClock } from '../../../src/kit/clock.ts';
import { systemRandom } from '../../../src/kit/random.ts';
import { type Issuer, makeCertificate } from '../../../src/kit/x509/certificate.ts';

export interface Credential {
  readonly cert: string;
  readonly key: string;
  /** Both, as the door takes them. */
  readonly pem: string;
}

export interface TestAuthority extends Credential {
  issue(commonName: string, names?: readonly string[] | Buffer): Credential;
}

export function testAuthority(commonName: string): TestAuthority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer: Issuer = { subject: { commonName }, ...keys };
  const own = made(commonName, keys.publicKey, keys.privateKey, issuer, [], true);
  return {
    ...own,
    issue: (name, names = [name]) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return made(name, publicKey, privateKey, issuer, names, false);
    },
  };
}

function made(
  commonName: string,
  publicKey: KeyObject,
  privateKey: KeyObject,
  issuer: Issuer,
  names: readonly string[] | Buffer,
  authority: boolean,
): Credential {
  const serial = systemRandom.bytes(8);
  serial[0] = (serial[0]! & 0x7f) | 0x01;
  const now = systemClock.now();
  const cert = makeCertificate(
    {
      subject: { commonName },
      usages: authority ? ['cert sign'] : ['digital signature', 'server auth', 'client auth'],
      ...(authority && { authority }),
      names,
      notBefore: now - 3_600_000,
      notAfter: now + 86_400_000,
      serial,
      publicKey,
    },
    issuer,
  );
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { cert, key, pem: cert + key };
}
