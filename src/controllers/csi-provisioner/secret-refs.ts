// The secrets that a class names for calls of its driver, by templates: ${pv.name}, ${pvc.namespace}, and in names also ${pvc.name} and
// ${pvc.annotations['KEY']}. Pure. Upstream: getSecretReference of external-provisioner.
import type { SecretReference } from '../../api/kinds/core/v1/references.ts';
import { resolveNamespace, resolveSecret } from '../../api/volumes/secret-templates.ts';
import { own } from '../../kit/own.ts';

export type SecretPurpose =
  | 'default'
  | 'provisioner'
  | 'controller-publish'
  | 'node-stage'
  | 'node-publish'
  | 'controller-expand'
  | 'node-expand'
  | 'controller-modify';

/** As it stands in errors and, for those that had one, in the old keys. */
const TITLES: Readonly<Record<SecretPurpose, string>> = {
  default: 'Default',
  provisioner: 'Provisioner',
  'controller-publish': 'ControllerPublish',
  'node-stage': 'NodeStage',
  'node-publish': 'NodePublish',
  'controller-expand': 'ControllerExpand',
  'node-expand': 'NodeExpand',
  'controller-modify': 'ControllerModify',
};
const HAD_OLD_KEYS = new Set<SecretPurpose>([
  'provisioner',
  'controller-publish',
  'node-stage',
  'node-publish',
]);
const RESERVED = 'csi.storage.k8s.io/';

type Texts = Readonly<Record<string, string>>;

/** Who the volume is made for. */
export interface Subject {
  readonly volume: string;
  readonly claim: string;
  readonly namespace: string;
  readonly annotations: Texts;
}

/** The keys of its name and namespace. */
export function secretKeys(purpose: SecretPurpose): [name: string, namespace: string] {
  const prefix = purpose === 'default' ? RESERVED : `${RESERVED}${purpose}-`;
  return [`${prefix}secret-name`, `${prefix}secret-namespace`];
}

/** Undefined if the class names none. Throws if it is not complete or does not resolve. */
export function secretRef(
  purpose: SecretPurpose,
  parameters: Texts,
  subject: Subject,
): SecretReference | undefined {
  const found = templatesOf(purpose, parameters) ?? templatesOf('default', parameters);
  if (!found) return undefined;
  const { volume, claim, namespace, annotations } = subject;
  const shared = { 'pv.name': volume, 'pvc.namespace': namespace };
  const ofClaim = Object.entries(annotations).map(([key, value]) => [`pvc.annotations['${key}']`, value]);
  const all = { ...shared, 'pvc.name': claim, ...Object.fromEntries(ofClaim) };
  return {
    namespace: resolveNamespace(found.namespace, shared),
    name: resolveSecret(found.name, all),
  };
}

function templatesOf(
  purpose: SecretPurpose,
  parameters: Texts,
): { readonly name: string; readonly namespace: string } | undefined {
  const title = TITLES[purpose];
  const old = HAD_OLD_KEYS.has(purpose) ? [`csi${title}SecretName`, `csi${title}SecretNamespace`] : [];
  const [nameKey, namespaceKey] = secretKeys(purpose);
  const names = [old[0], nameKey].flatMap((key) => (key && own(parameters, key)) ?? []);
  const namespaces = [old[1], namespaceKey].flatMap((key) => (key && own(parameters, key)) ?? []);
  const fail = (why: string): never => {
    throw new Error(`failed to get name and namespace template from params: ${why}`);
  };
  if (names.length > 1 || namespaces.length > 1)
    return fail(`${title} secrets specified in parameters with both "csi" and "${RESERVED}" keys`);
  if (names.length !== namespaces.length)
    return fail(`either name and namespace for ${title} secrets specified, Both must be specified`);
  const [name] = names;
  const [namespace] = namespaces;
  if (name === undefined || namespace === undefined) return undefined;
  if (!name || !namespace)
    return fail(`${title} secrets specified in parameters but value of either namespace or name is empty`);
  return { name, namespace };
}
