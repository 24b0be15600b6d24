// One certificate from the cluster: a key made here, a CertificateSigningRequest, and the wait for whoever approves and signs it. The key
// never leaves this machine. Called for a node's first certificates and for those that replace them.
// Upstream: client-go/util/certificate/csr.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { isNotFound, StatusError } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { makeCertificateRequest, type RequestTerms } from '../../kit/x509/make-request.ts';
import { privateKeyText } from '../pki/credential-files.ts';

export interface CertificateTerms extends RequestTerms {
  readonly signerName: string;
  readonly usages: readonly string[];
}

export interface IssuedCertificate {
  /** PEM; the first certificate is the node's. */
  readonly certificate: string;
  readonly key: string;
}

interface Tools {
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal?: AbortSignal;
}

/** As upstream: nobody may have approved it by then. */
const WAIT_MS = 900_000;
const FIRST_POLL_MS = 20;
const MAX_POLL_MS = 1_000;
/** From then on it is said what the wait is for, so often. */
const TELL_MS = 5_000;
const TELL_EVERY_MS = 30_000;

/** Throws when the request is denied, has failed, or nobody has approved it within 15 minutes. */
export async function requestCertificate(
  client: Client,
  terms: CertificateTerms,
  tools: Tools,
): Promise<IssuedCertificate> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { signerName, usages } = terms;
  const request = Buffer.from(makeCertificateRequest(terms, keys)).toString('base64');
  const name = await post(client, { request, signerName, usages: [...usages] }, tools);
  const certificate = await issued(client, name, tools);
  if (!new X509Certificate(certificate).checkPrivateKey(keys.privateKey))
    throw new Error(`the certificate of ${name} is of another key`);
  return { certificate, key: privateKeyText(keys.privateKey) };
}

/** Again when no answer came: two requests are no harm, the name of each is its own. */
async function post(
  client: Client,
  spec: CertificateSigningRequest['spec'],
  { clock, log, signal }: Tools,
): Promise<string> {
  const begin = clock.monotonic();
  for (;;) {
    try {
      const { metadata } = await client.create(CertificateSigningRequest, {
        ...{ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', spec },
        metadata: { generateName: 'csr-' },
      });
      return metadata.name!;
    } catch (error) {
      if (!mayPass(error) || clock.monotonic() - begin > WAIT_MS) throw error;
      log.warn('the certificate request was not taken, trying again', { error: messageOf(error) });
      await clock.sleep(MAX_POLL_MS, signal);
    }
  }
}

/** The server may be away for a while, or busy. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof StatusError) || (error.status.code ?? 0) >= 429;

async function issued(client: Client, name: string, { clock, log, signal }: Tools): Promise<string> {
  const begin = clock.monotonic();
  let tell = TELL_MS;
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, MAX_POLL_MS)) {
    const certificate = await read(client, name);
    if (certificate) return certificate;
    const waited = clock.monotonic() - begin;
    if (waited > WAIT_MS)
      throw new Error(`certificate request ${name} was not signed: timed out waiting for the condition`);
    if (waited > tell) {
      tell += TELL_EVERY_MS;
      log.info('waiting for the certificate request to be approved and signed', {
        request: name,
        approve: `kubectl certificate approve ${name}`,
      });
    }
    await clock.sleep(wait, signal);
  }
}

/** Undefined while there is none. */
async function read(client: Client, name: string): Promise<string | undefined> {
  let request: CertificateSigningRequest;
  try {
    request = await client.get(CertificateSigningRequest, name);
  } catch (error) {
    if (isNotFound(error)) throw new Error(`certificate request ${name} was deleted before it was signed`);
    if (mayPass(error)) return undefined;
    throw error;
  }
  for (const [type, what] of [
    ['Denied', 'is denied'],
    ['Failed', 'failed'],
  ] as const) {
    const condition = conditionOf(request, type);
    if (condition)
      throw new Error(
        `certificate signing request ${what}, reason: ${condition.reason}, message: ${condition.message}`,
      );
  }
  const { certificate } = request.status ?? {};
  return certificate ? Buffer.from(certificate, 'base64').toString() : undefined;
}
