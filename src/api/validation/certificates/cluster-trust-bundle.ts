// Validates ClusterTrustBundles: their name, which depends on the signer, and the certificates. A bundle may have thousands, so
// they are read in steps, by the strategy of the kind.
// Paths and messages follow k8s.io/kubernetes pkg/apis/certificates/validation.
import type { Steps } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import { readCertificate } from '../../../kit/x509/certificate-content.ts';
import { type PemBlock, pemBlocks } from '../../../kit/x509/pem.ts';
import type { ClusterTrustBundle } from '../../kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import { complaints, type FieldError, immutable, invalid, tooLong } from '../field.ts';
import type { Rules } from '../rules.ts';
import { signerNameErrors, trustBundleName } from './signer-name.ts';

const PATH = 'spec.trustBundle';
/** Bytes. */
const MAX_BUNDLE = 1024 * 1024;
/** Of wrong entries; more are not looked for. */
const MOST_ERRORS = 100;

const signerOf = ({ spec }: ClusterTrustBundle): string => spec.signerName ?? '';

const signerErrors = (bundle: ClusterTrustBundle): FieldError[] =>
  signerOf(bundle) === '' ? [] : signerNameErrors('spec.signerName', signerOf(bundle));

export const clusterTrustBundleRules: Rules<ClusterTrustBundle> = {
  nameOf: (bundle) => trustBundleName(signerOf(bundle)),
  create: signerErrors,
  update(bundle, old) {
    const { name = '' } = bundle.metadata;
    const signer = signerOf(bundle);
    return [
      ...complaints('metadata.name', name, trustBundleName(signer)(name, false)),
      ...signerErrors(bundle),
      ...(signer === signerOf(old) ? [] : [immutable('spec.signerName', signer)]),
    ];
  },
};

export function* trustBundleErrors({ spec: { trustBundle = '' } }: ClusterTrustBundle): Steps<FieldError[]> {
  if (Buffer.byteLength(trustBundle) > MAX_BUNDLE) return [tooLong(PATH, MAX_BUNDLE)];
  const errors: FieldError[] = [];
  const wrong = (why: string) => errors.push(invalid(PATH, '<value omitted>', why));
  const entries = new Map<string, number[]>();
  let i = -1;
  for (const block of pemBlocks(trustBundle)) {
    i++;
    const why = complaint(block);
    if (why !== undefined) wrong(`entry ${i} ${why}`);
    if (errors.length === MOST_ERRORS) return errors;
    const key = block.bytes.toString('latin1');
    const same = entries.get(key);
    if (same) same.push(i);
    else entries.set(key, [i]);
    yield;
  }
  if (errors.length > 0) return errors;
  if (entries.size === 0) wrong('at least one trust anchor must be provided');
  const repeated = [...entries.values()].filter((indices) => indices.length > 1).slice(0, MOST_ERRORS);
  addAll(
    errors,
    repeated.map((indices) =>
      invalid(PATH, '<value omitted>', `duplicate trust anchor (indices [${indices.join(' ')}])`),
    ),
  );
  return errors;
}

function complaint({ type, hasHeaders, bytes }: PemBlock): string | undefined {
  if (type !== 'CERTIFICATE') return `has bad block type: ${type}`;
  if (hasHeaders) return 'has PEM block headers';
  try {
    return readCertificate(bytes).isAuthority ? undefined : 'does not have the CA bit set';
  } catch {
    return 'does not parse as X.509';
  }
}
