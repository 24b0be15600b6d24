// The node authorizer: a kubelet may read secrets, config maps, claims and volumes, and create tokens, only if a pod bound to
// its node needs them; it may access its own Node, Lease, CSINode and pods; everything else is up to the role system:node.
// Upstream: plugin/pkg/auth/authorizer/node/node_authorizer.go (with a graph in place of pods-by-node.ts).
import type { PodCertificateRequest } from '../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import type { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { allows, type CompiledRule, compileRule } from '../../api/rbac/rules.ts';
import { own } from '../../kit/own.ts';
import { clusterRoles } from '../bootstrap/rbac/cluster-roles.ts';
import type { IsOn } from '../bootstrap/rbac/notation.ts';
import type { User } from '../request.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import {
  ALLOWED,
  type Attributes,
  type Decision,
  type LocalAuthorizer,
  NO_OPINION,
  selectedField,
  type UserRules,
} from './attributes.ts';
import { needKey, PodsByNode } from './pods-by-node.ts';
import { volumeSecrets } from './volume-secrets.ts';

const PREFIX = 'system:node:';

/** The node of a kubelet's user name; undefined for other users, empty if the user name ends after the prefix. */
export const nodeNameOf = ({ name, groups }: User): string | undefined =>
  name.startsWith(PREFIX) && groups.includes('system:nodes') ? name.slice(PREFIX.length) : undefined;

export interface NodeCaches {
  readonly pods: ResourceCache<Pod>;
  readonly claims: ResourceCache<PersistentVolumeClaim>;
  readonly volumes: ResourceCache<PersistentVolume>;
  readonly attachments: ResourceCache<VolumeAttachment>;
  readonly slices: ResourceCache<ResourceSlice>;
  /** Unset where they are not served. */
  readonly certificateRequests?: ResourceCache<PodCertificateRequest> | undefined;
}

type Rule = (node: string, attributes: Attributes) => Decision;

const no = (reason: string): Decision => ({ allowed: false, reason });
const OWN_VERBS = ['get', 'create', 'update', 'patch', 'delete'];
const LEASES = 'kube-node-lease';
/** Verbs by subresource; NodeRestriction limits them to pods bound to the node. */
const POD_SUBRESOURCES: Readonly<Record<string, readonly string[]>> = {
  status: ['update', 'patch'],
  eviction: ['create'],
};

export class NodeAuthorizer implements LocalAuthorizer {
  readonly #caches: NodeCaches;
  readonly #pods: PodsByNode;
  readonly #rules: readonly CompiledRule[];
  readonly #special: ReadonlyMap<string, Rule>;

  /** `isOn` tells which feature gates are on; by default those of v1.36 that are. */
  constructor(caches: NodeCaches, isOn?: IsOn) {
    this.#caches = caches;
    this.#rules = nodeRules(isOn);
    this.#pods = new PodsByNode(caches.pods);
    const get: Rule = (node, attributes) => this.#get(node, attributes);
    this.#special = new Map<string, Rule>([
      ['/secrets', (node, attributes) => this.#read(node, attributes)],
      ['/configmaps', (node, attributes) => this.#read(node, attributes)],
      ['/persistentvolumeclaims', (node, attributes) => this.#claim(node, attributes)],
      ['/persistentvolumes', get],
      ['resource.k8s.io/resourceclaims', get],
      ['storage.k8s.io/volumeattachments', get],
      ['/serviceaccounts', (node, attributes) => this.#account(node, attributes)],
      ['coordination.k8s.io/leases', lease],
      ['storage.k8s.io/csinodes', csiNode],
      ['resource.k8s.io/resourceslices', (node, attributes) => this.#slice(node, attributes)],
      ['certificates.k8s.io/podcertificaterequests', (node, attributes) => this.#request(node, attributes)],
      ['/nodes', ownNode],
      ['/pods', (node, attributes) => this.#pod(node, attributes)],
    ]);
  }

  authorize(user: User, attributes: Attributes): Decision {
    const node = nodeNameOf(user);
    if (node === undefined) return NO_OPINION;
    if (node === '') return no(`unknown node for user ${JSON.stringify(user.name)}`);
    const special = attributes.isResource && this.#special.get(`${attributes.group}/${attributes.resource}`);
    return special ? special(node, attributes) : this.#byRole(attributes);
  }

  /** What a node may do depends on its pods: it cannot be listed. */
  userRules(user: User): UserRules {
    const node = nodeNameOf(user);
    if (node === undefined) return { rules: [] };
    const error = `node authorizer does not support user rule resolution for node ${JSON.stringify(node)}`;
    return { rules: [], error };
  }

  #byRole(attributes: Attributes): Decision {
    return allows(this.#rules, attributes) ? ALLOWED : NO_OPINION;
  }

  #read(node: string, attributes: Attributes): Decision {
    const { verb, subresource, namespace } = attributes;
    if (verb !== 'get' && verb !== 'list' && verb !== 'watch')
      return no('can only read resources of this type');
    if (subresource) return no('cannot read subresource');
    if (!namespace) return no('can only read namespaced object of this type');
    return this.#related(node, attributes);
  }

  #get(node: string, attributes: Attributes): Decision {
    if (attributes.verb !== 'get') return no('can only get individual resources of this type');
    if (attributes.subresource) return no('cannot get subresource');
    return this.#related(node, attributes);
  }

  #claim(node: string, attributes: Attributes): Decision {
    if (attributes.subresource !== 'status') return this.#get(node, attributes);
    if (attributes.verb !== 'update' && attributes.verb !== 'patch')
      return no('can only get/update/patch this type');
    return this.#related(node, attributes);
  }

  #account(node: string, attributes: Attributes): Decision {
    const { verb, name, subresource } = attributes;
    if (subresource === '' && verb === 'get') return this.#read(node, attributes);
    if (verb !== 'create' || !name) return no('can only create tokens for individual service accounts');
    if (subresource !== 'token') return no('can only create token subresource of serviceaccount');
    return this.#related(node, attributes);
  }

  #pod(node: string, attributes: Attributes): Decision {
    const { verb, subresource, name } = attributes;
    if (subresource !== '') return own(POD_SUBRESOURCES, subresource)?.includes(verb) ? ALLOWED : NO_OPINION;
    if (verb === 'get') return this.#related(node, attributes);
    if (verb === 'list' || verb === 'watch') {
      if (selectedField(attributes, 'spec.nodeName') === node) return ALLOWED;
      return name
        ? this.#related(node, attributes)
        : no('can only list/watch pods with spec.nodeName field selector');
    }
    return verb === 'create' || verb === 'delete' ? ALLOWED : NO_OPINION;
  }

  #slice(node: string, attributes: Attributes): Decision {
    const { verb, name, subresource } = attributes;
    if (subresource) return no('cannot authorize ResourceSlice subresources');
    if (verb === 'create') return ALLOWED;
    if (['list', 'watch', 'deletecollection'].includes(verb))
      return selectedField(attributes, 'spec.nodeName') === node
        ? ALLOWED
        : no('can only list/watch/deletecollection resourceslices with nodeName field selector');
    if (!['get', 'update', 'patch', 'delete'].includes(verb))
      return no(
        'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
      );
    if (!name) return no('No Object name found');
    const slice = this.#caches.slices.get('', name)?.object;
    return slice?.spec?.nodeName === node ? ALLOWED : unrelated(node);
  }

  /** NodeRestriction limits them to pods bound to the node. */
  #request(node: string, attributes: Attributes): Decision {
    const { verb, subresource, namespace, name } = attributes;
    const requests = this.#caches.certificateRequests;
    if (!requests) return NO_OPINION;
    if (subresource) return no('nodes may not access the status subresource of PodCertificateRequests');
    if (verb === 'create') return ALLOWED;
    if (verb === 'get') {
      if (!name) return no('No Object name found');
      return requests.get(namespace, name)?.object.spec.nodeName === node ? ALLOWED : unrelated(node);
    }
    if (verb !== 'list' && verb !== 'watch') return no(`nodes may not ${verb} podcertificaterequests`);
    return selectedField(attributes, 'spec.nodeName') === node
      ? ALLOWED
      : no('can only list/watch podcertificaterequests with nodeName field selector');
  }

  #related(node: string, { resource, namespace, name }: Attributes): Decision {
    if (!name) return no('No Object name found');
    const is =
      resource === 'persistentvolumes'
        ? this.#usesVolume(node, name)
        : resource === 'volumeattachments'
          ? this.#isAttachedTo(node, name)
          : this.#pods.needs(node, needKey(resource, namespace, name)) ||
            (resource === 'secrets' && this.#drivesVolume(node, namespace, name));
    return is ? ALLOWED : unrelated(node);
  }

  /** The binding must be mutual: a volume whose claimRef names a claim of another volume gives no access. */
  #usesVolume(node: string, name: string): boolean {
    const volume = this.#caches.volumes.get('', name)?.object;
    const claim = volume?.spec?.claimRef;
    if (!claim?.namespace || !claim.name) return false;
    const bound = this.#caches.claims.get(claim.namespace, claim.name)?.object;
    if (bound?.spec?.volumeName !== name) return false;
    return this.#pods.needs(node, needKey('persistentvolumeclaims', claim.namespace, claim.name));
  }

  #isAttachedTo(node: string, name: string): boolean {
    const attachment = this.#caches.attachments.get('', name)?.object;
    return attachment?.spec?.nodeName === node;
  }

  /** Whether a driver needs the secret for a volume that the node uses. Checked last, since it scans all volumes. */
  #drivesVolume(node: string, namespace: string, name: string): boolean {
    return this.#caches.volumes
      .items()
      .some(
        (item) =>
          volumeSecrets(item.object).some((ref) => ref.name === name && ref.namespace === namespace) &&
          this.#usesVolume(node, item.name),
      );
  }
}

const unrelated = (node: string): Decision =>
  no(`no relationship found between node '${node}' and this object`);

const nodeRules = (isOn?: IsOn): CompiledRule[] =>
  (clusterRoles(isOn).find(({ metadata }) => metadata.name === 'system:node')?.rules ?? []).map(compileRule);

function lease(node: string, { verb, namespace, name }: Attributes): Decision {
  if (!OWN_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a node lease');
  if (namespace !== LEASES) return no(`can only access leases in the "${LEASES}" system namespace`);
  if (verb !== 'create' && name !== node)
    return no('can only access node lease with the same name as the requesting node');
  return ALLOWED;
}

function csiNode(node: string, { verb, subresource, name }: Attributes): Decision {
  if (!OWN_VERBS.includes(verb)) return no('can only get, create, update, patch, or delete a CSINode');
  if (subresource) return no('cannot authorize CSINode subresources');
  if (verb !== 'create' && name !== node)
    return no('can only access CSINode with the same name as the requesting node');
  return ALLOWED;
}

/** NodeRestriction limits writes to the node's own object. */
function ownNode(node: string, { verb, subresource, name }: Attributes): Decision {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : NO_OPINION;
  if (subresource !== '') return NO_OPINION;
  if (['create', 'update', 'patch'].includes(verb)) return ALLOWED;
  if (!['get', 'list', 'watch'].includes(verb)) return NO_OPINION;
  if (name === node) return ALLOWED;
  return no(
    name
      ? `node '${node}' cannot read '${name}', only its own Node object`
      : `node '${node}' cannot read all nodes, only its own Node object`,
  );
}
