// Validates PodCertificateRequests: whom the certificate is for, and the key, whose holder must have signed the request.
// Paths and messages follow k8s.io/kubernetes pkg/apis/certificates/validation.
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { addAll } from '../../../kit/lists.ts';
import { parseCertificateRequest } from '../../../kit/x509/certificate-request.ts';
import type {
  PodCertificateRequest,
  PodCertificateRequestSpec,
} from '../../kinds/certificates/v1beta1/pod-certificate-request.ts';
import {
  complaints,
  type FieldError,
  immutable,
  invalid,
  invalidContent,
  required,
  tooLong,
} from '../field.ts';
import { isDNS1123Subdomain } from '../names.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';
import { MIN_LIFETIME, mostLifetime, signerNameErrors } from './signer-name.ts';
import { userAnnotationErrors } from './user-annotations.ts';

type Spec = PodCertificateRequestSpec;

const PKIX = 'spec.pkixPublicKey';
const PROOF = 'spec.proofOfPossession';
const STUB = 'spec.stubPKCS10Request';
const MAX_UID = 128;
/** Bytes of a key, of a signature and of a request. */
const MAX_CONTENT = 10 * 1024;
const UNKNOWN_KEY = 'unknown public key type; supported types are Ed25519, ECDSA, and RSA';

export const podCertificateRequestRules: Rules<PodCertificateRequest> = {
  create: ({ spec }) => specErrors(spec),
  update: ({ spec }, old) => (semanticEqual(spec, old.spec) ? [] : [immutable('spec', spec)]),
};

/** The key that the certificate must be for; undefined if it cannot be read. */
export function requestedKey({ stubPKCS10Request, pkixPublicKey }: Spec): KeyObject | undefined {
  try {
    return stubPKCS10Request
      ? parseCertificateRequest(bytesOf(stubPKCS10Request)).publicKey
      : keyOf(pkixPublicKey);
  } catch {
    return undefined;
  }
}

function specErrors(spec: Spec): FieldError[] {
  const errors = signerNameErrors('spec.signerName', spec.signerName);
  addAll(errors, userAnnotationErrors('spec.unverifiedUserAnnotations', spec.unverifiedUserAnnotations));
  for (const [name, uid] of [
    ['podName', 'podUID'],
    ['serviceAccountName', 'serviceAccountUID'],
    ['nodeName', 'nodeUID'],
  ] as const) {
    addAll(errors, complaints(`spec.${name}`, spec[name] ?? '', isDNS1123Subdomain(spec[name])));
    addAll(errors, uidErrors(`spec.${uid}`, spec[uid]));
  }
  const { maxExpirationSeconds: lifetime } = spec;
  if (lifetime === undefined) return [...errors, required('spec.maxExpirationSeconds', 'must be set')];
  addAll(errors, lifetimeErrors(lifetime, spec.signerName));
  const hasKey = [spec.pkixPublicKey, spec.proofOfPossession].filter(Boolean).length;
  if (spec.stubPKCS10Request ? hasKey > 0 : hasKey < 2) {
    const why = 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set';
    return [...errors, invalidContent('spec', why)];
  }
  return [...errors, ...(spec.stubPKCS10Request ? stubErrors(spec.stubPKCS10Request) : keyErrors(spec))];
}

function uidErrors(path: string, uid = ''): FieldError[] {
  if (uid === '') return [invalid(path, uid, 'must not be empty')];
  return Buffer.byteLength(uid) > MAX_UID ? [tooLong(path, MAX_UID)] : [];
}

function lifetimeErrors(seconds: number, signer: string): FieldError[] {
  const most = mostLifetime(signer);
  if (seconds >= MIN_LIFETIME && seconds <= most) return [];
  return [invalid('spec.maxExpirationSeconds', seconds, `must be in the range [${MIN_LIFETIME}, ${most}]`)];
}

function stubErrors(base64: string): FieldError[] {
  const der = bytesOf(base64);
  if (der.length > MAX_CONTENT) return [tooLong(STUB, MAX_CONTENT)];
  try {
    const { publicKey, isSigned } = parseCertificateRequest(der);
    const wrong = parameterErrors(STUB, publicKey, 'P256, P384, or P521', () =>
      invalidContent(STUB, UNKNOWN_KEY),
    );
    return wrong.length > 0 || isSigned ? wrong : [invalidContent(STUB, 'invalid signature')];
  } catch {
    return [invalidContent(STUB, 'must be a valid PKCS#10 CSR')];
  }
}

/** The deprecated way to name a key. */
function keyErrors({ pkixPublicKey, proofOfPossession, podUID }: Spec): FieldError[] {
  const proof = bytesOf(proofOfPossession);
  if (bytesOf(pkixPublicKey).length > MAX_CONTENT) return [tooLong(PKIX, MAX_CONTENT)];
  if (proof.length > MAX_CONTENT) return [tooLong(PROOF, MAX_CONTENT)];
  let key: KeyObject;
  try {
    key = keyOf(pkixPublicKey);
  } catch {
    return [invalid(PKIX, pkixPublicKey, 'must be a valid PKIX-serialized public key')];
  }
  // The list in upstream's message has no P521.
  const wrong = parameterErrors(PKIX, key, 'P256 or P384', () => invalid(PKIX, pkixPublicKey, UNKNOWN_KEY));
  if (wrong.length > 0 || isProven(key, podUID, proof)) return wrong;
  return [invalidContent(PROOF, 'could not verify proof-of-possession signature')];
}

function isProven(key: KeyObject, podUid: string, proof: Buffer): boolean {
  const signed = Buffer.from(podUid);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  try {
    if (key.asymmetricKeyType === 'ed25519') return verify(null, signed, key, proof);
    return verify('sha256', signed, key.asymmetricKeyType === 'rsa' ? { key, ...pss } : key, proof);
  } catch {
    return false;
  }
}

const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

function parameterErrors(
  path: string,
  { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject,
  curves: string,
  unknown: () => FieldError,
): FieldError[] {
  if (type === 'ed25519') return [];
  if (type === 'ec') {
    const { namedCurve = '' } = details ?? {};
    if (CURVES.has(namedCurve)) return [];
    const shown = namedCurve === 'secp224r1' ? 'P-224' : namedCurve;
    return [invalid(path, `curve ${shown}`, `elliptic public keys must use curve ${curves}`)];
  }
  if (type !== 'rsa') return [unknown()];
  const bits = Math.ceil((details?.modulusLength ?? 0) / 8) * 8;
  if (bits === 3072 || bits === 4096) return [];
  return [invalid(path, `${bits}-bit modulus`, 'RSA keys must have modulus size 3072 or 4096')];
}

const bytesOf = (base64: string | undefined): Buffer => Buffer.from(base64 ?? '', 'base64');

const keyOf = (base64: string | undefined): KeyObject =>
  createPublicKey({ key: bytesOf(base64), format: 'der', type: 'spki' });
