// With the annotation kubernetes.io/enforce-mountable-secrets, a service account's pods may use only the secrets that the
// account lists. Pure. Called by service-account.ts. Upstream: limitSecretReferences in plugin/pkg/admission/serviceaccount.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import type { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';

const ANNOTATION = 'kubernetes.io/enforce-mountable-secrets';
/** The texts that Go's strconv.ParseBool reads as true. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];

export const enforcesSecrets = ({ metadata }: ServiceAccount): boolean =>
  TRUE.includes(metadata.annotations?.[ANNOTATION] ?? '');

type Referring = Pick<Container, 'name' | 'env' | 'envFrom'>;

/** Why the account does not allow the pod's secrets; undefined if it does. */
export function secretRefusal(spec: PodSpec, account: ServiceAccount): string | undefined {
  const mountable = new Set((account.secrets ?? []).map(({ name }) => name));
  const ofVolume = spec.volumes?.find(({ secret }) => secret && !mountable.has(secret.secretName ?? ''));
  if (ofVolume) return `volume with secret.secretName="${ofVolume.secret!.secretName}" ${unlisted(account)}`;
  const found =
    containerRefusal('init container', spec.initContainers, account) ??
    containerRefusal('container', spec.containers, account);
  if (found) return found;
  const pull = new Set((account.imagePullSecrets ?? []).map(({ name }) => name));
  const at = (spec.imagePullSecrets ?? []).findIndex(({ name }) => !pull.has(name));
  return at < 0
    ? undefined
    : `imagePullSecrets[${at}].name="${spec.imagePullSecrets![at]!.name}" is not allowed because service account ${account.metadata.name} does not reference that imagePullSecret`;
}

/** Only the ephemeral containers: the rest of the pod was checked when it was created. */
export const ephemeralRefusal = (spec: PodSpec, account: ServiceAccount): string | undefined =>
  containerRefusal('ephemeral container', spec.ephemeralContainers, account);

function containerRefusal(
  what: string,
  containers: readonly Referring[] | undefined,
  account: ServiceAccount,
): string | undefined {
  const mountable = new Set((account.secrets ?? []).map(({ name }) => name));
  for (const { name, env = [], envFrom = [] } of containers ?? []) {
    for (const variable of env) {
      const secret = variable.valueFrom?.secretKeyRef?.name;
      if (secret !== undefined && !mountable.has(secret))
        return `${what} ${name} with envVar ${variable.name} referencing secret.secretName="${secret}" ${unlisted(account)}`;
    }
    for (const { secretRef } of envFrom)
      if (secretRef && !mountable.has(secretRef.name))
        return `${what} ${name} with envFrom referencing secret.secretName="${secretRef.name}" ${unlisted(account)}`;
  }
  return undefined;
}

const unlisted = ({ metadata }: ServiceAccount): string =>
  `is not allowed because service account ${metadata.name} does not reference that secret`;
