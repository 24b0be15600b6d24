// Every pod runs as a service account of its namespace. Unless the pod or account sets automountServiceAccountToken to false,
// the account's token, the cluster's CA certificate and the namespace are mounted in every container.
// Upstream: plugin/pkg/admission/serviceaccount.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import { isMirrorPod, secretNames } from '../../../api/pods/references.ts';
import { nameSuffix } from '../../../kit/random.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';
import { enforcesSecrets, ephemeralRefusal, secretRefusal } from './mountable-secrets.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';

export function serviceAccount({ resources, random }: PluginOptions): Plugin {
  const { cache } = resources.stored(ServiceAccount);
  return {
    name: 'ServiceAccount',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || !concerns(attributes, Pod)) return;
      const { spec } = attributes.object!;
      if (!spec) return;
      if (isMirrorPod(attributes.object!)) return checkMirror(attributes, spec);
      spec.serviceAccountName ||= spec.serviceAccount || 'default';
      spec.serviceAccount = spec.serviceAccountName;
      const account = accountOf(attributes, spec.serviceAccountName);
      if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
        spec.imagePullSecrets = structuredClone(account.imagePullSecrets);
      const mounts = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
      if (mounts) mountToken(spec, () => VOLUME_PREFIX + nameSuffix(random));
    },
    /** After mutating webhooks, which may have changed the pod. */
    validate(attributes) {
      if (concerns(attributes, Pod, 'ephemeralcontainers')) return checkSecrets(attributes, ephemeralRefusal);
      if (attributes.operation !== 'CREATE' || !concerns(attributes, Pod)) return;
      if (!isMirrorPod(attributes.object!)) return checkSecrets(attributes, secretRefusal);
      checkMirror(attributes, attributes.object!.spec!);
    },
  };

  function checkSecrets(
    attributes: AdmissionAttributes<Pod>,
    refusal: (spec: PodSpec, account: ServiceAccount) => string | undefined,
  ): void {
    const { namespace, name, object } = attributes;
    const spec = object!.spec!;
    if (!spec.serviceAccountName)
      throw deny(attributes, `no service account specified for pod ${namespace}/${name}`);
    const account = accountOf(attributes, spec.serviceAccountName);
    const why = enforcesSecrets(account) ? refusal(spec, account) : undefined;
    if (why) throw deny(attributes, why);
  }

  function accountOf(attributes: AdmissionAttributes, name: string): ServiceAccount {
    const { namespace } = attributes;
    const item = cache.get(namespace, name);
    if (item) return item.object;
    throw deny(
      attributes,
      `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
    );
  }
}

/** Mirror pods are created by kubelets: with service accounts or secrets, a node could use those of other pods. */
function checkMirror(attributes: AdmissionAttributes, spec: PodSpec): void {
  if (spec.serviceAccountName || spec.serviceAccount)
    throw deny(attributes, 'a mirror pod may not reference service accounts');
  if (secretNames(spec).length > 0) throw deny(attributes, 'a mirror pod may not reference secrets');
  const sources = (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  if (sources.some(({ serviceAccountToken }) => serviceAccountToken))
    throw deny(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
}

function mountToken(spec: PodSpec, newName: () => string): void {
  const existing = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX))?.name;
  const name = existing ?? newName();
  let used = false;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    if (addMount(container, name)) used = true;
  if (used && !existing) spec.volumes = [...(spec.volumes ?? []), accessVolume(name)];
}

/** False if the container already has a mount at this path. */
function addMount(container: Container, name: string): boolean {
  if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) return false;
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  container.volumeMounts = [...(container.volumeMounts ?? []), mount];
  return true;
}

/** 3607 seconds, as upstream: token-request.ts extends tokens with this lifetime. */
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
