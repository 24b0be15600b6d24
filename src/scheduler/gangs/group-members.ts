// Which pods each PodGroup has: all that the API shows, but those that have ended. Which of them have a node, the cache knows.
// Kept only with the feature gate GenericWorkload. Upstream: pkg/scheduler/backend/cache/podgroupstate.go.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import { nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';

/** The name of the pod's group. */
export const groupOf = ({ spec }: Readonly<Pod>): string | undefined => spec?.schedulingGroup?.podGroupName;

export class GroupMembers {
  /** Namespace/name of the group → uids of its pods. */
  readonly #groups = new Map<string, Set<string>>();
  readonly #groupOf: (namespace: string, name: string) => Readonly<PodGroup> | undefined;

  /** `onChange` hears of every pod whose group has come or grown. Its handlers run before those that are added later. */
  constructor(informers: InformerFactory, onChange: (uid: string) => void) {
    const groups = informers.informer(PodGroup);
    this.#groupOf = (namespace, name) => groups.lister.get(name, namespace);
    const tell = (key: string) => {
      for (const uid of this.#groups.get(key) ?? []) onChange(uid);
    };
    informers.informer(Pod).addHandler({
      onAdd: (pod) => this.#set(pod, tell),
      onUpdate: (pod) => this.#set(pod, tell),
      onDelete: (pod) => this.#remove(pod),
    });
    groups.addHandler({ onAdd: (group) => tell(`${namespaceOf(group)}/${nameOf(group)}`) });
  }

  /** The group's object, once the API shows it. */
  group(pod: Readonly<Pod>): Readonly<PodGroup> | undefined {
    return this.#groupOf(namespaceOf(pod), groupOf(pod) ?? '');
  }

  /** Uids of the pods in the pod's group. */
  of(pod: Readonly<Pod>): ReadonlySet<string> {
    return this.#groups.get(keyOf(pod) ?? '') ?? NONE;
  }

  #set(pod: Readonly<Pod>, tell: (key: string) => void): void {
    const key = keyOf(pod);
    if (!key) return;
    if (isPodTerminal(pod)) return this.#remove(pod);
    let members = this.#groups.get(key);
    if (members?.has(uidOf(pod))) return;
    if (!members) {
      members = new Set();
      this.#groups.set(key, members);
    }
    members.add(uidOf(pod));
    tell(key);
  }

  #remove(pod: Readonly<Pod>): void {
    const key = keyOf(pod) ?? '';
    const members = this.#groups.get(key);
    if (members?.delete(uidOf(pod)) && members.size === 0) this.#groups.delete(key);
  }
}

const NONE: ReadonlySet<string> = new Set();

function keyOf(pod: Readonly<Pod>): string | undefined {
  const name = groupOf(pod);
  return name && `${namespaceOf(pod)}/${name}`;
}
