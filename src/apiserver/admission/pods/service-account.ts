// Every pod runs as a service account of its namespace and, unless it says otherwise, finds that account's token, the
// cluster's authority and its namespace in /var/run/secrets/kubernetes.io/serviceaccount.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import { nameSuffix } from '../../../kit/random.ts';
import type { Attributes } from '../../registry/admission.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from '../plugin.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR = 'kubernetes.io/config.mirror';

export function serviceAccount({ registries, random }: PluginOptions): Plugin {
  const { cache } = registries.of(ServiceAccount);
  return {
    name: 'ServiceAccount',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || resourceOf(attributes) !== 'pods') return;
      const { spec, metadata } = objectAs<Pod>(attributes.object);
      if (!spec) return;
      if (metadata.annotations?.[MIRROR] !== undefined) return checkMirror(attributes, spec);
      spec.serviceAccountName ||= spec.serviceAccount || 'default';
      spec.serviceAccount = spec.serviceAccountName;
      const account = accountOf(attributes, spec.serviceAccountName);
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
        spec.imagePullSecrets = structuredClone(account.imagePullSecrets);
      const mounts = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
      if (mounts) mountToken(spec, () => VOLUME_PREFIX + nameSuffix(random));
    },
  };

  function accountOf(attributes: Attributes, name: string): ServiceAccount {
    const { namespace } = attributes.context;
    const item = cache.get(namespace, name);
    if (item) return objectAs<ServiceAccount>(item.object);
    throw deny(
      attributes,
      `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
    );
  }
}

function checkMirror(attributes: Attributes, spec: PodSpec): void {
  if (spec.serviceAccountName) throw deny(attributes, 'a mirror pod may not reference service accounts');
  if (spec.volumes?.some(({ secret }) => secret))
    throw deny(attributes, 'a mirror pod may not reference secrets');
}

function mountToken(spec: PodSpec, newName: () => string): void {
  const existing = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX))?.name;
  const name = existing ?? newName();
  let used = false;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    if (addMount(container, name)) used = true;
  if (used && !existing) spec.volumes = [...(spec.volumes ?? []), accessVolume(name)];
}

/** False when something else is mounted there already. */
function addMount(container: Container, name: string): boolean {
  if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) return false;
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  container.volumeMounts = [...(container.volumeMounts ?? []), mount];
  return true;
}

const accessVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});
