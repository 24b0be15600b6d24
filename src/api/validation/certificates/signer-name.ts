// Validates names of signers of certificates (a domain and a name in it), and the names of ClusterTrustBundles, which begin with
// that of their signer. Called for all kinds that name one.
// Upstream: ValidateSignerName (pkg/apis/core/validation/names.go).
import { addAll } from '../../../kit/lists.ts';
import { type FieldError, invalid, required, tooLong } from '../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../names.ts';
import { type NameRule, subdomainName } from '../object-meta.ts';

const MAX_DOMAIN = 253;
const MAX_LIFETIME = 91 * 86400;
const MAX_KUBERNETES_LIFETIME = 86400;
const MAX_SIGNER = MAX_DOMAIN + 1 + 253 + 1 + 63;

/** Seconds that a certificate for a pod lives. */
export const MIN_LIFETIME = 3600;
export const mostLifetime = (signer: string): number =>
  isKubernetesSigner(signer) ? MAX_KUBERNETES_LIFETIME : MAX_LIFETIME;

/** Signers of Kubernetes itself. */
function isKubernetesSigner(signer = ''): boolean {
  const [domain = ''] = signer.split('/', 1);
  return domain === 'kubernetes.io' || domain.endsWith('.kubernetes.io');
}

export function signerNameErrors(path: string, signer: string): FieldError[] {
  if (!signer) return [required(path)];
  const [domain = '', name = '', ...more] = signer.split('/', 3);
  if (more.length > 0 || !signer.includes('/'))
    return [
      invalid(
        path,
        signer,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    ];
  if (signer.length > MAX_SIGNER) return [tooLong(path, MAX_SIGNER)];
  const errors = domain.length > MAX_DOMAIN ? [tooLong(path, MAX_DOMAIN)] : [];
  const labels = domain.split('.');
  addAll(errors, firstComplaints(path, domain, labels, isDNS1123Label));
  if (labels.length < 2)
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  return [...errors, ...firstComplaints(path, name, name.split('.'), isDNS1123Subdomain)];
}

function firstComplaints(
  path: string,
  value: string,
  labels: readonly string[],
  check: (label: string) => string[],
): FieldError[] {
  const label = labels.find((one) => check(one).length > 0);
  if (label === undefined) return [];
  return check(label).map((why) => invalid(path, value, `validating label ${JSON.stringify(label)}: ${why}`));
}

/** The rule for bundles of the signer; of none if it is empty. */
export const trustBundleName =
  (signer: string): NameRule =>
  (name, isPrefix) => {
    if (signer === '')
      return name.includes(':')
        ? ['ClusterTrustBundle without signer name must not have ":" in its name']
        : subdomainName(name, isPrefix);
    const prefix = `${signer.replaceAll('/', ':')}:`;
    return name.startsWith(prefix)
      ? subdomainName(name.slice(prefix.length), isPrefix)
      : [`ClusterTrustBundle for signerName ${signer} must be named with prefix ${prefix}`];
  };
