// Promise: an approved CertificateSigningRequest for one of the built-in signers gets its certificate, or the condition
// Failed with the reason.
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { type Clock, rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { makeCertificate } from '../../kit/x509/certificate.ts';
import { type CertificateRequest, readCertificateRequest } from '../../kit/x509/certificate-request.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { withCondition } from './conditions.ts';
import { isOurs, whyNot } from './signers.ts';

/** Certificate and key of the signing authority, PEM. */
export interface SigningAuthority {
  readonly certificate: string;
  readonly key: string;
}

const YEAR = 365 * 24 * 3_600_000;
const LEAST = 10 * 60_000;
const SKEW = 5 * 60_000;
const LONG = 8 * 3_600_000;

export function createCertificateSigner(
  context: ControllerContext,
  authority: SigningAuthority | undefined,
): Controller {
  const requests = context.informers.informer(CertificateSigningRequest);
  const signer = authority && new Signer(authority, context.clock, context.random);
  return {
    name: 'certificatesigningrequest-signing-controller',
    workers: 1,
    watches: signer ? [watch(requests, (request) => [nameOf(request)])] : [],
    reconcile: async (name) => {
      const request = requests.lister.get(name);
      if (!signer || !request || !isOurs(request) || request.status?.certificate) return undefined;
      if (!conditionOf(request, 'Approved') || conditionOf(request, 'Failed')) return undefined;
      await context.client.update(CertificateSigningRequest, signer.answer(request), {
        subresource: 'status',
      });
      return undefined;
    },
  };
}

class Signer {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #certificate: X509Certificate;
  readonly #privateKey: KeyObject;

  constructor({ certificate, key }: SigningAuthority, clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#certificate = new X509Certificate(certificate);
    this.#privateKey = createPrivateKey(key);
  }

  /** The request with its certificate, or with the condition Failed. */
  answer(asked: Readonly<CertificateSigningRequest>): CertificateSigningRequest {
    const failed = (why: string) =>
      withCondition(asked, 'Failed', 'SignerValidationFailure', why, rfc3339(this.#clock.now()));
    let request: CertificateRequest;
    try {
      request = readCertificateRequest(Buffer.from(asked.spec.request, 'base64').toString());
    } catch (error) {
      return failed(`unable to parse csr: ${messageOf(error)}`);
    }
    const why = whyNot(request, asked);
    if (why) return failed(why);
    const certificate = Buffer.from(this.#sign(request, asked)).toString('base64');
    return { ...asked, status: { ...asked.status, certificate } };
  }

  #sign(request: CertificateRequest, { spec }: Readonly<CertificateSigningRequest>): string {
    const now = this.#clock.now();
    const end = this.#certificate.validToDate.getTime();
    if (now - SKEW >= end) throw new Error(`the signer has expired: NotAfter=${rfc3339(end)}`);
    if (now >= end)
      throw new Error(`refusing to sign a certificate that expired in the past: NotAfter=${rfc3339(end)}`);
    const life = Math.max(LEAST, Math.min(Number(spec.expirationSeconds ?? Infinity) * 1000, YEAR));
    const serial = this.#random.bytes(8);
    serial[0] = (serial[0]! & 0x7f) | 0x01;
    return makeCertificate(
      {
        subject: request.subject,
        usages: spec.usages ?? [],
        ...(request.alternativeNames && { names: request.alternativeNames }),
        notBefore: now - SKEW,
        // As upstream, only a long life counts from the beginning that was set back.
        notAfter: Math.min(now + life - (life >= LONG ? SKEW : 0), end),
        serial,
        publicKey: request.publicKey,
      },
      {
        subject: { commonName: commonNameOf(this.#certificate) },
        publicKey: createPublicKey(this.#privateKey),
        privateKey: this.#privateKey,
      },
    );
  }
}

const commonNameOf = ({ subject }: X509Certificate): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
