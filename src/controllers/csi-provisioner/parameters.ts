// A class's parameters: those that are meant for Kubernetes, and the others, which the driver is given. Pure.
// Upstream: prepareProvision and removePrefixedParameters of external-provisioner.
import { type SecretPurpose, secretKeys } from './secret-refs.ts';

const RESERVED = 'csi.storage.k8s.io/';
const FS_TYPE = `${RESERVED}fstype`;

const PURPOSES: readonly SecretPurpose[] = [
  'default',
  'provisioner',
  'controller-publish',
  'node-stage',
  'node-publish',
  'controller-expand',
  'node-expand',
  'controller-modify',
];
const KNOWN = new Set([FS_TYPE, ...PURPOSES.flatMap((purpose) => secretKeys(purpose))]);

type Parameters = Readonly<Record<string, string>>;

/** '' when the class leaves it to the driver. Throws if there are two. */
export function fsTypeOf(parameters: Parameters): string {
  const found = Object.keys(parameters).filter((key) => key === FS_TYPE || key.toLowerCase() === 'fstype');
  if (found.length > 1)
    throw new Error(`fstype specified in parameters with both "fstype" and "${FS_TYPE}" keys`);
  return found[0] === undefined ? '' : parameters[found[0]]!;
}

/** Throws if a reserved key is not known. */
export function driverParameters(parameters: Parameters): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [key, value] of Object.entries(parameters)) {
    if (!key.startsWith(RESERVED)) own[key] = value;
    else if (!KNOWN.has(key))
      throw new Error(
        `failed to strip CSI Parameters of prefixed keys: found unknown parameter key "${key}" with reserved namespace ${RESERVED}`,
      );
  }
  return own;
}

/** What drivers are told about the objects for which they make a volume (--extra-create-metadata). */
export const objectParameters = (
  claim: { readonly name: string; readonly namespace: string },
  volume: string,
): Record<string, string> => ({
  [`${RESERVED}pvc/name`]: claim.name,
  [`${RESERVED}pvc/namespace`]: claim.namespace,
  [`${RESERVED}pv/name`]: volume,
});
