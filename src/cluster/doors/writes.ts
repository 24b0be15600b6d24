// Keeps the objects that are made for doors as they are wanted: what is missing is made, what differs is written, what has our label and is
// not wanted goes. Called by server-doors.ts, which calls again after a failure.

import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import { isBeingDeleted, keyOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import { DOOR_NAMESPACE, MADE_FOR } from '../../api/nodes/doors.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { InformerFactory, type InformerOf } from '../../client/informer/factory.ts';
import { sameMeaning } from '../../controllers/framework/same-meaning.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { DOOR_ROLE } from './grants.ts';
import { withPorts } from './wanted.ts';

export interface WritesOptions {
  readonly client: Client;
  /** Has Services and EndpointSlices. */
  readonly network: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** One of the objects, or a copy of it, has changed. */
  readonly changed: () => void;
}

export interface Grants {
  readonly roles: readonly Role[];
  readonly bindings: readonly RoleBinding[];
  readonly clusterRoles: readonly ClusterRole[];
  readonly clusterBindings: readonly ClusterRoleBinding[];
}

const OURS = { labelSelector: MADE_FOR };

export class Writes {
  readonly #options: WritesOptions;
  readonly #own: InformerFactory;
  readonly #ends: (() => void)[];

  constructor(options: WritesOptions) {
    this.#options = options;
    const { network, changed } = options;
    this.#own = new InformerFactory(options);
    const look = (object: Readonly<KubeObject>) => {
      if (isOurs(object)) changed();
    };
    const handler = { onAdd: look, onUpdate: look, onDelete: look };
    this.#ends = [
      network.informer(Service).addHandler(handler),
      network.informer(EndpointSlice).addHandler(handler),
      ...[ClusterRole, ClusterRoleBinding, Role, RoleBinding].map((kind) =>
        this.#own.informer(kind, OURS).addHandler(handler),
      ),
    ];
    this.#own.start();
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#own.stop();
  }

  async services(wanted: readonly Service[]): Promise<void> {
    await this.#keep(Service, this.#options.network.informer(Service), wanted, withPorts);
  }

  /** Of each Service that is there. */
  async slices(of: (service: Readonly<Service>) => readonly EndpointSlice[]): Promise<void> {
    const { network } = this.#options;
    const services = network.informer(Service).lister.list().filter(isMade);
    const news = (old: Readonly<EndpointSlice>, one: EndpointSlice) =>
      sameMeaning([old.endpoints, old.ports], [one.endpoints, one.ports])
        ? undefined
        : { ...old, endpoints: one.endpoints, ports: one.ports ?? [] };
    await this.#keep(EndpointSlice, network.informer(EndpointSlice), services.flatMap(of), news);
  }

  async grants({ roles, bindings, clusterRoles, clusterBindings }: Grants): Promise<void> {
    const own = <K extends AnyResource>(kind: K) => this.#own.informer(kind, OURS);
    // What goes wrong with one of them is not to keep the others from being written.
    const results = await Promise.allSettled([
      this.#keep(ClusterRole, own(ClusterRole), clusterRoles, newRules),
      this.#keep(ClusterRoleBinding, own(ClusterRoleBinding), clusterBindings, newSubjects),
      this.#keep(Role, own(Role), roles, newRules),
      this.#keep(RoleBinding, own(RoleBinding), bindings, newSubjects),
    ]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** `news`: what is to be written in place of the old one, undefined if nothing is. */
  async #keep<K extends AnyResource>(
    kind: K,
    informer: InformerOf<K>,
    wanted: readonly (ObjectOf<K> & KubeObject)[],
    news: (old: Readonly<ObjectOf<K>>, wanted: ObjectOf<K>) => ObjectOf<K> | undefined,
  ): Promise<void> {
    const { client } = this.#options;
    await informer.synced();
    const found = new Map(
      informer.lister
        .list()
        .filter(isMade)
        .map((one) => [keyOf(one), one]),
    );
    const failures: unknown[] = [];
    // What goes wrong in one namespace is not to harm the others.
    const attempt = (work: Promise<unknown>) => work.catch((error: unknown) => void failures.push(error));
    const remove = ({ metadata }: KubeObject) =>
      client.delete(kind, metadata.name!, metadata.namespace).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    for (const one of wanted) {
      const key = keyOf(one);
      const old = found.get(key);
      found.delete(key);
      const next = old && news(old, one);
      if (old && leadsElsewhere(old, one)) await attempt(remove(old).then(() => client.create(kind, one)));
      else if (next) await attempt(client.update(kind, next));
      else if (!old) await attempt(client.create(kind, one));
    }
    for (const one of found.values()) await attempt(remove(one));
    if (failures.length > 0) throw failures[0];
  }
}

const isOurs = ({ metadata }: Readonly<KubeObject>): boolean => metadata.labels?.[MADE_FOR] !== undefined;

/** What others label so in their namespaces is theirs. */
const isMade = (object: Readonly<KubeObject>): boolean =>
  isOurs(object) &&
  !isBeingDeleted(object) &&
  (namespaceOf(object) === DOOR_NAMESPACE || object.metadata.name === DOOR_ROLE);

/** The role of a binding cannot be changed. */
const leadsElsewhere = (old: object, wanted: object): boolean =>
  'roleRef' in old && 'roleRef' in wanted && !sameMeaning(old.roleRef, wanted.roleRef);

const newRules = <T extends { rules?: unknown }>(old: Readonly<T>, wanted: T): T | undefined =>
  sameMeaning(old.rules, wanted.rules) ? undefined : { ...old, rules: wanted.rules };

const newSubjects = <T extends { subjects?: unknown }>(old: Readonly<T>, wanted: T): T | undefined =>
  sameMeaning(old.subjects, wanted.subjects) ? undefined : { ...old, subjects: wanted.subjects };
