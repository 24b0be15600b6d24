// Validates writes through /status of a PodCertificateRequest: it ends once, issued, denied or failed, and a certificate that is
// issued is for the requested key and time. Called by the strategy of the kind.
// Paths and messages follow k8s.io/kubernetes pkg/apis/certificates/validation.
import { addAll } from '../../../kit/lists.ts';
import { type CertificateContent, readCertificate } from '../../../kit/x509/certificate-content.ts';
import { type PemBlock, pemBlocks } from '../../../kit/x509/pem.ts';
import type {
  PodCertificateRequest,
  PodCertificateRequestStatus,
} from '../../kinds/certificates/v1beta1/pod-certificate-request.ts';
import {
  checkItems,
  type FieldError,
  invalid,
  invalidContent,
  notSupported,
  required,
  tooLong,
} from '../field.ts';
import { conditionsErrors } from '../kinds/beta/conditions.ts';
import { semanticEqual } from '../semantic.ts';
import { requestedKey } from './pod-certificate-request.ts';

type Request = PodCertificateRequest;
type Status = PodCertificateRequestStatus;

const OUTCOMES = ['Issued', 'Denied', 'Failed'];
const CONDITIONS = 'status.conditions';
const CHAIN = 'status.certificateChain';
const BEGIN_REFRESH = 'status.beginRefreshAt';
/** Bytes. */
const MAX_CHAIN = 100 * 1024;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Between the clocks of the signer and of the API server, in milliseconds. */
const SKEW = 5 * MINUTE;
/** Milliseconds that must be left for a renewal, and between renewals. */
const LEAST_REST = 10 * MINUTE;

/** `now` is in milliseconds since the epoch. */
export function issueErrors(request: Request, old: Request, now: number): FieldError[] {
  const status = request.status ?? {};
  const errors = [...outcomeErrors(status), ...conditionsErrors(CONDITIONS, status.conditions)];
  if (errors.length > 0) return errors;
  const unchanged = (why: string) =>
    semanticEqual(status, old.status) ? [] : [invalidContent('status', why)];
  if (outcomeOf(old.status))
    return unchanged('immutable after PodCertificateRequest is issued, denied, or failed');
  const outcome = outcomeOf(status);
  if (outcome === 'Denied' || outcome === 'Failed') {
    const { conditions: _, ...others } = status;
    const why = 'non-condition status fields must be empty when denying or failing the PodCertificateRequest';
    return semanticEqual(others, {}) ? [] : [invalidContent('status', why)];
  }
  if (outcome === 'Issued') return chainErrors(status, old, now);
  return unchanged('status is immutable unless transitioning to "Issued", "Denied", or "Failed"');
}

const outcomeOf = (status: Status | undefined): string | undefined =>
  status?.conditions?.find((one) => OUTCOMES.includes(one.type) && one.status === 'True')?.type;

function outcomeErrors({ conditions }: Status): FieldError[] {
  const errors: FieldError[] = [];
  let known = 0;
  checkItems(errors, conditions, ({ type, status }, i) => {
    const path = `${CONDITIONS}[${i}]`;
    if (!OUTCOMES.includes(type)) {
      errors.push(notSupported(`${path}.type`, type, OUTCOMES));
      return;
    }
    if (++known > 1) {
      const why = 'There may be at most one condition with type "Issued", "Denied", or "Failed"';
      errors.push(invalid(`${path}.type`, type, why));
    }
    if (status !== 'True') errors.push(notSupported(`${path}.status`, status, ['True']));
  });
  return errors;
}

function chainErrors(status: Status, { spec }: Request, now: number): FieldError[] {
  const { certificateChain: chain = '' } = status;
  if (Buffer.byteLength(chain) > MAX_CHAIN) return [tooLong(CHAIN, MAX_CHAIN)];
  const wrong = (why: string): FieldError[] => [invalid(CHAIN, chain, why)];
  const [first, ...others] = pemBlocks(chain);
  if (!first) return wrong('issued certificate chain must contain at least one certificate');
  if (first.type !== 'CERTIFICATE')
    return wrong('issued certificate chain must consist entirely of CERTIFICATE PEM blocks');
  const leaf = contentOf(first);
  if (!leaf) return wrong('leaf certificate does not parse as valid X.509');
  const errors = nameErrors(leaf);
  const key = requestedKey(spec);
  if (!key) return [...errors, invalidContent('spec.stubPKCS10Request', 'must be a valid PKCS#10 CSR')];
  if (!key.equals(leaf.publicKey))
    return [...errors, ...wrong('leaf certificate was not issued to the requested public key')];
  addAll(errors, timeErrors(status, leaf, now));
  if (errors.length > 0) return errors;
  const lifetime = lifetimeErrors(leaf, spec.maxExpirationSeconds ?? 0);
  if (lifetime.length > 0) return lifetime;
  const refresh = refreshErrors(status);
  if (refresh.length > 0) return refresh;
  // The letter that is missing is missing upstream.
  if (others.some(({ type }) => type !== 'CERTIFICATE'))
    return wrong('issued certificate chain must consist entirely of CERTFICATE PEM blocks');
  return others.every(contentOf) ? [] : wrong('intermediate certificate does not parse as valid X.509');
}

function contentOf({ bytes }: PemBlock): CertificateContent | undefined {
  try {
    return readCertificate(bytes);
  } catch {
    return undefined;
  }
}

function nameErrors({ dnsNames, emails }: CertificateContent): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (value: string, why: string) => errors.push(invalid(CHAIN, value, `leaf certificate${why}`));
  checkItems(errors, dnsNames, (name) => {
    if (name === '') wrong(name, ' should not contain empty DNSName');
    if (name.includes('..')) wrong(name, "'s DNSName should not contain '..'");
    if (name.startsWith('.') || name.endsWith('.'))
      wrong(name, "'s DNSName should not start or end with '.'");
  });
  checkItems(errors, emails, (email) => {
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(email)) wrong(email, ' should not contain invalid EmailAddress');
  });
  return errors;
}

const inCertificate = 'must be present and consistent with the issued certificate';

function timeErrors(
  { notBefore, notAfter, beginRefreshAt }: Status,
  leaf: CertificateContent,
  now: number,
): FieldError[] {
  if (!notBefore || !notAfter || !beginRefreshAt)
    return [
      ...(notBefore ? [] : [required('status.notBefore', inCertificate)]),
      ...(notAfter ? [] : [required('status.notAfter', inCertificate)]),
      ...(beginRefreshAt
        ? []
        : [required(BEGIN_REFRESH, 'must be present and in the range [notbefore+10min, notafter-10min]')]),
    ];
  const wrong = (field: string, value: string, why: string) => [invalid(`status.${field}`, value, why)];
  if (Date.parse(notBefore) !== leaf.notBefore)
    return wrong('notBefore', notBefore, 'must be set to the NotBefore time encoded in the leaf certificate');
  if (Math.abs(leaf.notBefore - now) >= SKEW)
    return wrong('notBefore', notBefore, "must be set to within 5 minutes of kube-apiserver's current time");
  if (Date.parse(notAfter) !== leaf.notAfter)
    return wrong('notAfter', notAfter, 'must be set to the NotAfter time encoded in the leaf certificate');
  return [];
}

/** A duration is shown in nanoseconds. */
function lifetimeErrors({ notBefore, notAfter }: CertificateContent, most: number): FieldError[] {
  const lifetime = notAfter - notBefore;
  const wrong = (why: string) => [
    invalid(CHAIN, lifetime * 1_000_000, `leaf certificate lifetime must be ${why}`),
  ];
  if (lifetime < HOUR) return wrong('>= 1 hour');
  return lifetime > most * 1000 ? wrong(`<= spec.maxExpirationSeconds (${most})`) : [];
}

function refreshErrors({ notBefore = '', notAfter = '', beginRefreshAt = '' }: Status): FieldError[] {
  const begin = Date.parse(beginRefreshAt);
  const wrong = (why: string) => [
    invalid(BEGIN_REFRESH, beginRefreshAt, `must be at least 10 minutes ${why}`),
  ];
  if (begin < Date.parse(notBefore) + LEAST_REST) return wrong('after status.notBefore');
  return begin > Date.parse(notAfter) - LEAST_REST ? wrong('before status.notAfter') : [];
}
