// A certificate authority on disk: made when missing, asked for credentials, which it keeps as long as they are good
// and makes anew when they near their end, lack a name, or stem from another authority.
import { createPublicKey, generateKeyPairSync, type KeyObject, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../../kit/clock.ts';
import { type Random, systemRandom } from '../../kit/random.ts';
import { type CertificateSubject, type Issuer, makeCertificate } from '../../kit/x509/certificate.ts';
import { EXTENDED_USAGES } from '../../kit/x509/usages.ts';
import {
  type Credential,
  type LoadedCredential,
  readCredential,
  writeCredential,
} from './credential-files.ts';

const DAY = 86_400_000;
const CA_LIFE = 3650 * DAY;
const CREDENTIAL_LIFE = 365 * DAY;
/** What is left of a certificate's life when it is replaced. */
export const RENEW_BEFORE = 30 * DAY;
/**
 * An authority is never made anew because the clock was set back: everything that trusts it would be locked out. So it must already be
 * valid by that clock.
 */
const CA_SKEW = 365 * DAY;

export interface Wanted {
  readonly subject: CertificateSubject;
  readonly usages: readonly ('server' | 'client')[];
  readonly names?: readonly string[];
}

export interface AuthorityOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly random?: Random;
}

export class Authority {
  readonly #options: Required<AuthorityOptions>;
  readonly #own: LoadedCredential;
  readonly #issuer: Issuer;

  /** `name` is that of the files, `commonName` that in the certificate. */
  constructor(options: AuthorityOptions, name: string, commonName: string) {
    this.#options = { random: systemRandom, ...options };
    this.#own = this.#ensureOwn(name, { commonName });
    const { privateKey } = this.#own;
    this.#issuer = { subject: { commonName }, privateKey, publicKey: createPublicKey(privateKey) };
  }

  get credential(): Credential {
    return plain(this.#own);
  }

  /** The credential in these files, made or renewed if need be. */
  ensure(name: string, wanted: Wanted): Credential {
    const found = readCredential(this.#options.directory, name);
    return found && this.#isGood(found, wanted) ? plain(found) : this.#issue(name, wanted);
  }

  /** Replaces a credential by one for the same subject, names and usages, as kubeadm renews. */
  renew(name: string): Credential {
    const found = readCredential(this.#options.directory, name);
    if (!found) throw new Error(`${name}.crt and ${name}.key are missing or do not fit together`);
    return this.#issue(name, wantedBy(found.x509));
  }

  #issue(name: string, wanted: Wanted): Credential {
    const { directory } = this.#options;
    const keys = newKeys();
    const certificate = makeCertificate(
      {
        ...wanted,
        usages: ['digital signature', ...wanted.usages.map((usage) => `${usage} auth`)],
        ...this.#terms(CREDENTIAL_LIFE),
        // As kubeadm's: machines whose clocks are behind go on trusting those that have a new certificate.
        notBefore: this.#own.x509.validFromDate.getTime(),
        publicKey: keys.publicKey,
      },
      this.#issuer,
    );
    return plain(writeCredential(directory, name, certificate, keys.privateKey));
  }

  #ensureOwn(name: string, subject: CertificateSubject): LoadedCredential {
    const { directory } = this.#options;
    const found = readCredential(directory, name);
    if (found && this.#lasts(found)) return found;
    const keys = newKeys();
    const terms = {
      subject,
      authority: true,
      usages: ['digital signature', 'key encipherment', 'cert sign'],
      names: [subject.commonName],
      ...this.#terms(CA_LIFE),
      notBefore: this.#options.clock.now() - CA_SKEW,
      publicKey: keys.publicKey,
    };
    const certificate = makeCertificate(terms, { subject, ...keys });
    return writeCredential(directory, name, certificate, keys.privateKey, { durable: true });
  }

  #terms(life: number) {
    const serial = this.#options.random.bytes(8);
    serial[0] = (serial[0]! & 0x7f) | 0x01;
    return { serial, notAfter: this.#options.clock.now() + life };
  }

  #lasts({ x509 }: LoadedCredential): boolean {
    const now = this.#options.clock.now();
    return x509.validFromDate.getTime() <= now && x509.validToDate.getTime() > now + RENEW_BEFORE;
  }

  #isGood(found: LoadedCredential, { subject, names = [] }: Wanted): boolean {
    return (
      this.#lasts(found) &&
      found.x509.verify(this.#issuer.publicKey) &&
      found.x509.subject === subjectText(subject) &&
      hasNames(found.x509, names)
    );
  }
}

const newKeys = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Not by checkHost: the certificate of thousands of simulated nodes would be searched from its beginning for each of them. */
function hasNames(x509: X509Certificate, names: readonly string[]): boolean {
  const known = new Set(namesIn(x509));
  return names.every((name) => (isIP(name) ? x509.checkIP(name) !== undefined : known.has(name)));
}

const namesIn = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName.split(', ').flatMap((name) => name.split(/^(?:DNS|IP Address):/)[1] ?? []);

/** What a certificate of ours was made for. */
function wantedBy(x509: X509Certificate): Wanted {
  const { subject, keyUsage = [] } = x509;
  const values = (attribute: string) =>
    subject.split('\n').flatMap((line) => (line.startsWith(attribute) ? [line.slice(attribute.length)] : []));
  const usages = (['server', 'client'] as const).filter((usage) =>
    keyUsage.includes(EXTENDED_USAGES[`${usage} auth`]!),
  );
  const subjects = { commonName: values('CN=')[0] ?? '', organizations: values('O=') };
  return { subject: subjects, usages, names: namesIn(x509) };
}

/** A subject as X509Certificate shows it: one attribute a line. */
const subjectText = ({ commonName, organizations = [] }: CertificateSubject) =>
  [...organizations.map((organization) => `O=${organization}`), `CN=${commonName}`].join('\n');

const plain = ({ certificate, key, certificatePath, keyPath }: LoadedCredential): Credential => ({
  certificate,
  key,
  certificatePath,
  keyPath,
});
