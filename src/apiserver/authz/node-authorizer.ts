// What a node may do: what every node needs, and of secrets, config maps, claims and tokens only those of pods bound to it.
import type { Pod } from '../../api/core/v1/pod.ts';
import type { Volume } from '../../api/core/v1/volume.ts';
import type { PersistentVolumeClaim } from '../../api/core/v1/persistent-volume-claim.ts';
import type { User } from '../request.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import { ALLOWED, type Attributes, type Authorizer, type Decision, NO_OPINION } from './attributes.ts';
import { allows, type CompiledRule } from './rules.ts';

const PREFIX = 'system:node:';

export const nodeNameOf = ({ name, groups }: User): string | undefined =>
  name.startsWith(PREFIX) && groups.includes('system:nodes') ? name.slice(PREFIX.length) : undefined;

const denied = (reason: string): Decision => ({ allowed: false, reason });

export class NodeAuthorizer implements Authorizer {
  readonly #pods: ResourceCache;
  readonly #claims: ResourceCache;
  readonly #rules: readonly CompiledRule[];

  constructor(pods: ResourceCache, claims: ResourceCache, rules: readonly CompiledRule[]) {
    this.#pods = pods;
    this.#claims = claims;
    this.#rules = rules;
  }

  authorize(user: User, attributes: Attributes): Decision {
    const node = nodeNameOf(user);
    if (node === undefined || !attributes.isResource) return NO_OPINION;
    switch (`${attributes.group}/${attributes.resource}`) {
      case '/secrets':
      case '/configmaps':
        return this.#related(node, attributes, ['get', 'list', 'watch']);
      case '/persistentvolumeclaims':
        return attributes.subresource === 'status'
          ? this.#related(node, attributes, ['get', 'patch', 'update'])
          : this.#related(node, attributes, ['get']);
      case '/persistentvolumes':
        return this.#related(node, attributes, ['get']);
      case '/serviceaccounts':
        return this.#account(node, attributes);
      case 'coordination.k8s.io/leases':
        return this.#own(node, attributes, attributes.namespace === 'kube-node-lease');
      case 'storage.k8s.io/csinodes':
        return this.#own(node, attributes, true);
      default:
        return allows(this.#rules, attributes) ? ALLOWED : NO_OPINION;
    }
  }

  #own(node: string, { verb, name }: Attributes, rightPlace: boolean): Decision {
    if (!rightPlace) return denied('can only access leases in the "kube-node-lease" system namespace');
    if (verb === 'create' || name === node) return ALLOWED;
    return denied(`can only access node lease with the same name as the requesting node`);
  }

  #account(node: string, { verb, subresource, namespace, name }: Attributes): Decision {
    if (subresource !== 'token' || verb !== 'create') {
      if (verb === 'get' && subresource === '') return this.#uses(node, namespace, (pod) => accountOf(pod) === name);
      return denied('can only create tokens for individual service accounts');
    }
    return this.#uses(node, namespace, (pod) => accountOf(pod) === name);
  }

  #related(node: string, { verb, namespace, name, resource }: Attributes, verbs: readonly string[]): Decision {
    if (!verbs.includes(verb)) return denied(`can only ${verbs.join('/')} resources of this type`);
    if (!name) return denied('No Object name found');
    if (resource === 'persistentvolumes') return this.#usesVolume(node, name);
    return this.#uses(node, namespace, (pod) => references(pod, resource, name));
  }

  #uses(node: string, namespace: string, matches: (pod: Pod) => boolean): Decision {
    for (const item of this.#pods.items(namespace))
      if (item.fields['spec.nodeName'] === node && matches(item.object as unknown as Pod)) return ALLOWED;
    return denied(`no relationship found between node '${node}' and this object`);
  }

  #usesVolume(node: string, volume: string): Decision {
    const claims = this.#claims
      .items()
      .filter(({ object }) => (object as unknown as PersistentVolumeClaim).spec?.volumeName === volume);
    return claims.some(
      ({ namespace, name }) =>
        this.#uses(node, namespace, (pod) => references(pod, 'persistentvolumeclaims', name)).allowed,
    )
      ? ALLOWED
      : denied(`no relationship found between node '${node}' and this object`);
  }
}

const accountOf = (pod: Pod): string => pod.spec?.serviceAccountName || 'default';

/** Whether a pod needs an object of its namespace. */
function references({ spec, metadata }: Pod, resource: string, name: string): boolean {
  const volumes = spec?.volumes ?? [];
  if (resource === 'persistentvolumeclaims')
    return volumes.some(
      (volume) =>
        volume.persistentVolumeClaim?.claimName === name ||
        (volume.ephemeral !== undefined && `${metadata.name}-${volume.name}` === name),
    );
  const containers = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ];
  const isSecret = resource === 'secrets';
  if (isSecret && spec?.imagePullSecrets?.some((ref) => ref.name === name)) return true;
  return (
    volumes.some((volume) => inVolume(volume, isSecret, name)) ||
    containers.some(
      ({ env = [], envFrom = [] }) =>
        envFrom.some((from) => (isSecret ? from.secretRef : from.configMapRef)?.name === name) ||
        env.some(({ valueFrom }) => (isSecret ? valueFrom?.secretKeyRef : valueFrom?.configMapKeyRef)?.name === name),
    )
  );
}

function inVolume(volume: Volume, isSecret: boolean, name: string): boolean {
  const projected = volume.projected?.sources ?? [];
  if (!isSecret)
    return volume.configMap?.name === name || projected.some(({ configMap }) => configMap?.name === name);
  return volume.secret?.secretName === name || projected.some(({ secret }) => secret?.name === name) || otherSecret(volume) === name;
}

const otherSecret = (volume: Volume): string | undefined =>
  (volume.csi?.nodePublishSecretRef ?? volume.flexVolume?.secretRef ?? volume.cephfs?.secretRef)?.name;
