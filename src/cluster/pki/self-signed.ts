// A certificate that vouches for itself, as upstream's components make one when they are given none.
import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { makeCertificate } from '../../kit/x509/certificate.ts';
import { privateKeyText } from './credential-files.ts';

const YEAR = 365 * 86_400_000;
/** Milliseconds after which another one is made; a timer cannot wait for longer than 24 days. */
export const SELF_SIGNED_AGE = 10 * 86_400_000;

export function selfSigned(
  commonName: string,
  names: readonly string[],
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): { certificate: string; key: string } {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = random.bytes(8);
  serial[0] = (serial[0]! & 0x7f) | 0x01;
  const terms = {
    subject: { commonName },
    usages: ['digital signature' as const, 'server auth' as const],
    names,
    notBefore: clock.now() - 3_600_000,
    notAfter: clock.now() + YEAR,
    serial,
    publicKey: keys.publicKey,
  };
  const certificate = makeCertificate(terms, { subject: { commonName }, ...keys });
  return { certificate, key: privateKeyText(keys.privateKey) };
}
