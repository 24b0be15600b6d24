// Where the objects of each resource lie in etcd, as kube-apiserver has it: below /registry the plural alone, except for the few
// below and for custom resources, which have their group before it. The store's own keys always have the group.
// Called by etcd-codec.ts. Upstream: SpecialDefaultResourcePrefixes in pkg/kubeapiserver/default_storage_factory_builder.go.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { ResourceLabels } from '../../store/etcd/codec.ts';

const ROOT = '/registry/';

/** By `group/plural`, or the plural alone in the core group. */
const SPECIAL: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  nodes: 'minions',
  services: 'services/specs',
  'networking.k8s.io/ingresses': 'ingress',
  // They are served by servers of their own upstream, which name the group.
  'apiregistration.k8s.io/apiservices': 'apiregistration.k8s.io/apiservices',
  'apiextensions.k8s.io/customresourcedefinitions': 'apiextensions.k8s.io/customresourcedefinitions',
};

export class KeyMap {
  readonly #theirs = new Map<string, string>();
  readonly #ours = new Map<string, string>();

  constructor(kinds: readonly AnyResource[]) {
    for (const { resource } of kinds) {
      const { group, plural } = resource;
      const ours = group ? `${group}/${plural}` : plural;
      const theirs = SPECIAL[ours] ?? plural;
      // Events of both groups are the same objects, which the core group's key names.
      if (this.#ours.has(theirs)) continue;
      this.#theirs.set(ours, theirs);
      this.#ours.set(theirs, ours);
    }
  }

  /** Keys are /registry/PLURAL/… in the core group, else /registry/GROUP/PLURAL/…. */
  resourceOf(key: string): ResourceLabels {
    const [, , first = '', second = ''] = key.split('/', 4);
    const isGroup = this.#theirs.has(`${first}/${second}`) || first.includes('.');
    return isGroup ? { group: first, resource: second } : { group: '', resource: first };
  }

  /** `/registry/apps/deployments/ns/name` as `deployments/ns/name`. */
  toEtcd(key: string): string {
    if (!key.startsWith(ROOT)) throw new Error(`${key} is not below ${ROOT}`);
    return replaced(key.slice(ROOT.length), this.#theirs);
  }

  /** The way back; undefined for a key that would be another one here. */
  fromEtcd(path: string): string | undefined {
    const key = ROOT + replaced(path, this.#ours);
    return this.toEtcd(key) === path ? key : undefined;
  }
}

/** Exchanges the directory in front, of two names or one. */
function replaced(path: string, directories: ReadonlyMap<string, string>): string {
  const first = path.indexOf('/');
  if (first < 0) return path;
  const second = path.indexOf('/', first + 1);
  for (const end of second < 0 ? [first] : [second, first]) {
    const found = directories.get(path.slice(0, end));
    if (found !== undefined) return found + path.slice(end);
  }
  return path;
}
