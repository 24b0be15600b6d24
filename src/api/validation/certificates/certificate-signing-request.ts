// Validates certificate signing requests: the request itself, signer, usages, and what each subresource may change.
// Paths and messages follow k8s.io/kubernetes pkg/apis/certificates/validation. Called through rule-book.ts, and by the
// strategy of the kind for its subresources.

import { X509Certificate } from 'node:crypto';
import { addAll } from '../../../kit/lists.ts';
import { readCertificateRequest } from '../../../kit/x509/certificate-request.ts';
import type { CertificateSigningRequest } from '../../kinds/certificates/v1/certificate-signing-request.ts';
import {
  checkItems,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';
import { signerNameErrors } from './signer-name.ts';

type Request = CertificateSigningRequest;

/** Seconds. */
const MIN_EXPIRATION = 600;
const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const LEGACY = 'kubernetes.io/legacy-unknown';
const CONDITIONS = 'status.conditions';
/** Conditions that are never taken back. */
const FINAL = ['Approved', 'Denied', 'Failed'];

export const certificateSigningRequestRules: Rules<Request> = {
  name: () => [],
  create: (request) => [...specErrors(request), ...conditionErrors(request)],
  // The strategy restores spec and status.
  update: () => [],
};

/** For writes through /approval: conditions may be added, none removed. */
export const approvalErrors = (request: Request, old: Request): FieldError[] => [
  ...conditionErrors(request, old),
  ...removedConditions(request, old),
];

/** For writes through /status: a certificate may be set once; approving and denying is for /approval. */
export function signingErrors(request: Request, old: Request): FieldError[] {
  const errors = [...approvalErrors(request, old), ...decisionErrors(request, old)];
  const [before = '', after = ''] = [old.status?.certificate, request.status?.certificate];
  if (before === after) return errors;
  if (before)
    errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'));
  const why = certificateComplaint(Buffer.from(after, 'base64').toString());
  if (why) errors.push(invalid('status.certificate', '<certificate data>', why));
  return errors;
}

function specErrors({ spec }: Request): FieldError[] {
  const errors: FieldError[] = [];
  try {
    readCertificateRequest(Buffer.from(spec.request, 'base64').toString());
  } catch (error) {
    errors.push(
      invalid('spec.request', spec.request, error instanceof Error ? error.message : String(error)),
    );
  }
  const usages = spec.usages ?? [];
  if (usages.length === 0) errors.push(required('spec.usages'));
  checkItems(errors, usages, (usage, i) => {
    if (!USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, USAGES));
    if (usages.indexOf(usage) < i) errors.push(duplicate(`spec.usages[${i}]`, usage));
  });
  addAll(errors, signerErrors('spec.signerName', spec.signerName));
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < MIN_EXPIRATION)
    errors.push(
      invalid(
        'spec.expirationSeconds',
        spec.expirationSeconds,
        'may not specify a duration less than 600 seconds (10 minutes)',
      ),
    );
  return errors;
}

const signerErrors = (path: string, signer: string): FieldError[] =>
  signer === LEGACY
    ? [invalid(path, signer, 'the legacy signerName is not allowed via this API version')]
    : signerNameErrors(path, signer);

const typesOf = ({ status }: Request): string[] => (status?.conditions ?? []).map(({ type }) => type);
const isRepeated = (types: readonly string[]): boolean => new Set(types).size < types.length;
const isBoth = (types: ReadonlySet<string>): boolean => types.has('Approved') && types.has('Denied');

/** What is wrong in the stored object already is tolerated. */
function conditionErrors(request: Request, old?: Request): FieldError[] {
  const before = old ? typesOf(old) : [];
  const known = new Set(before);
  const wasRepeated = isRepeated(before);
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, request.status?.conditions, ({ type, status }, i) => {
    const isRepeat = seen.has(type);
    seen.add(type);
    const allowed = FINAL.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (!type && !known.has('')) errors.push(required(`${CONDITIONS}[${i}].type`));
    if (!status) errors.push(required(`${CONDITIONS}[${i}].status`));
    else if (!allowed.includes(status))
      errors.push(notSupported(`${CONDITIONS}[${i}].status`, status, allowed));
    const isDecision = type === 'Approved' || type === 'Denied';
    if (isDecision && isBoth(seen) && !isBoth(known))
      errors.push(invalid(CONDITIONS, type, 'Approved and Denied conditions are mutually exclusive'));
    if (isRepeat && !wasRepeated) errors.push(duplicate(`${CONDITIONS}[${i}].type`, type));
  });
  return errors;
}

const count = (request: Request, type: string): number =>
  typesOf(request).filter((one) => one === type).length;

const removedConditions = (request: Request, old: Request): FieldError[] =>
  FINAL.filter((type) => count(request, type) < count(old, type)).map((type) =>
    forbidden(CONDITIONS, `updates may not remove a condition of type ${JSON.stringify(type)}`),
  );

function decisionErrors(request: Request, old: Request): FieldError[] {
  const of = ({ status }: Request, type: string) => status?.conditions?.filter((one) => one.type === type);
  return ['Approved', 'Denied'].flatMap((type) => {
    const more = count(request, type) - count(old, type);
    if (more > 0)
      return [forbidden(CONDITIONS, `updates may not add a condition of type ${JSON.stringify(type)}`)];
    if (more < 0 || semanticEqual(of(request, type), of(old, type))) return [];
    return [forbidden(CONDITIONS, `updates may not modify a condition of type ${JSON.stringify(type)}`)];
  });
}

const BEGIN = '-----BEGIN ';

/** Why the text is not a sequence of certificates. */
function certificateComplaint(text: string): string | undefined {
  const blocks = text.split(BEGIN).slice(1);
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const block of blocks) {
    const type = block.slice(0, block.indexOf('-'));
    if (type !== 'CERTIFICATE')
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    try {
      new X509Certificate(BEGIN + block);
    } catch {
      return 'the content of a CERTIFICATE PEM block is no certificate';
    }
  }
  return undefined;
}
