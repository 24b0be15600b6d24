// What `debug` makes: an ephemeral container in the pod, a changed copy of the pod, or a pod on the node. Pure; called by command.ts,
// which sends it.

import type { EphemeralContainer } from '../../../api/kinds/core/v1/container.ts';
import { Container } from '../../../api/kinds/core/v1/container.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { JsonObject } from '../../../api/patch/json.ts';
import { applyStrategicPatch } from '../../../api/patch/strategic.ts';
import { nameSuffix, type Random } from '../../../kit/random.ts';
import { type AnyContainer, containersOf } from '../../pods/containers.ts';
import type { Pairs } from './pairs-flag.ts';
import { type Kept, type Profile, withContainer, withProfile } from './profiles.ts';

export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

export interface DebugWishes {
  /** What the container runs; `argumentsOnly` as arguments of the image's command. */
  readonly args: readonly string[];
  readonly argumentsOnly: boolean;
  readonly container: string;
  readonly copyTo: string;
  readonly env: Pairs;
  readonly image: string;
  readonly pullPolicy: PullPolicy | '';
  readonly sameNode: boolean;
  readonly setImages: Pairs;
  /** Undefined unless the user said so. */
  readonly shareProcesses: boolean | undefined;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly target: string;
  readonly profile: Profile;
  readonly kept: Kept;
  /** A partial container that is merged into the debugging container. */
  readonly custom: JsonObject | undefined;
}

/** Where names come from, and who is told of them. */
export interface Naming {
  readonly random: Random;
  readonly tell: (text: string) => void;
}

/** Of the same fields as Go would send: what is empty is left out. */
const command = ({ args, argumentsOnly }: DebugWishes) =>
  args.length === 0 ? {} : argumentsOnly ? { args: [...args] } : { command: [...args] };

const environment = ({ env }: DebugWishes) =>
  env.length === 0 ? {} : { env: env.map(([name, value]) => ({ name, ...(value && { value }) })) };

const newContainer = (wishes: DebugWishes, name: string) => ({
  name,
  image: wishes.image,
  ...command(wishes),
  ...environment(wishes),
  ...(wishes.pullPolicy && { imagePullPolicy: wishes.pullPolicy }),
  ...(wishes.stdin && { stdin: true }),
  ...(wishes.tty && { tty: true }),
  terminationMessagePolicy: 'File' as const,
});

function containerName(pod: Readonly<Pod>, wishes: DebugWishes, naming: Naming): string {
  if (wishes.container) return wishes.container;
  const taken = new Set(containersOf(pod).map(({ container }) => container.name));
  let name: string;
  do name = `debugger-${nameSuffix(naming.random)}`;
  while (taken.has(name));
  naming.tell(`Defaulting debug container name to ${name}.\n`);
  return name;
}

/** The pod with the container added, and the container. */
export function withEphemeralContainer(
  pod: Pod,
  wishes: DebugWishes,
  naming: Naming,
): { readonly pod: Pod; readonly container: EphemeralContainer } {
  const name = containerName(pod, wishes, naming);
  const added = {
    ...newContainer(wishes, name),
    ...(wishes.target && { targetContainerName: wishes.target }),
  };
  const before = pod.spec?.ephemeralContainers ?? [];
  const grown = { ...pod, spec: { ...pod.spec!, ephemeralContainers: [...before, added] } };
  const debugged = customized(
    withProfile(grown, name, wishes.profile, 'ephemeral', wishes.kept),
    name,
    wishes,
  );
  return { pod: debugged, container: debugged.spec!.ephemeralContainers!.at(-1)! };
}

/** The copy, and the name of its container to attach to; empty if only images were changed. */
export function copyOf(
  pod: Readonly<Pod>,
  wishes: DebugWishes,
  naming: Naming,
): { readonly pod: Pod; readonly container: string } {
  const bare = bareCopy(pod, wishes);
  const names = new Set(containersOf(bare).map(({ container }) => container.name));
  const exists = names.has(wishes.container);
  if (!exists && !wishes.image) {
    if (wishes.setImages.length > 0) return { pod: bare, container: '' };
    throw new Error('you must specify image when creating new container');
  }
  const name = exists ? wishes.container : containerName(bare, wishes, naming);
  const spec = bare.spec!;
  const added = { name, image: wishes.image, terminationMessagePolicy: 'File' as const };
  const grown = exists ? bare : { ...bare, spec: { ...spec, containers: [...spec.containers, added] } };
  const changed = withContainer(grown, name, (container) => changedContainer(container, wishes));
  const profiled = withProfile(changed, name, wishes.profile, 'copy', wishes.kept);
  return { pod: customized(profiled, name, wishes), container: name };
}

function bareCopy(pod: Readonly<Pod>, wishes: DebugWishes): Pod {
  const { labels, annotations, namespace } = pod.metadata;
  const { ephemeralContainers: _, nodeName, ...spec } = pod.spec!;
  const images = new Map(wishes.setImages);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: wishes.copyTo,
      ...(namespace && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    spec: {
      ...spec,
      ...(wishes.sameNode && nodeName && { nodeName }),
      ...(wishes.shareProcesses !== undefined && { shareProcessNamespace: wishes.shareProcesses }),
      containers: spec.containers.map((container) => {
        const image = images.get(container.name) ?? images.get('*');
        return image ? { ...container, image } : container;
      }),
    },
  } as Pod;
}

function changedContainer<C extends AnyContainer>(container: C, wishes: DebugWishes): C {
  const { args, command: own, stdin: _, tty: __, ...rest } = container;
  const runs =
    wishes.args.length === 0
      ? { ...(own && { command: own }), ...(args && { args }) }
      : wishes.argumentsOnly
        ? { ...(own && { command: own }), args: [...wishes.args] }
        : { command: [...wishes.args] };
  return {
    ...rest,
    ...runs,
    ...environment(wishes),
    ...(wishes.image && { image: wishes.image }),
    ...(wishes.pullPolicy && { imagePullPolicy: wishes.pullPolicy }),
    ...(wishes.stdin && { stdin: true }),
    ...(wishes.tty && { tty: true }),
  } as C;
}

/** A pod that runs on the node whatever taints it has. */
export function nodePod(node: string, wishes: DebugWishes, naming: Naming): Pod {
  const container = wishes.container || 'debugger';
  const name = `node-debugger-${node}-${nameSuffix(naming.random)}`;
  naming.tell(`Creating debugging pod ${name} with container ${container} on node ${node}.\n`);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [newContainer(wishes, container)],
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  } as Pod;
  return customized(withProfile(pod, container, wishes.profile, 'node', wishes.kept), container, wishes);
}

/** The custom profile is merged by the rules of a strategic merge patch of a container. */
function customized(pod: Pod, name: string, { custom }: DebugWishes): Pod {
  if (!custom) return pod;
  return withContainer(
    pod,
    name,
    <C extends AnyContainer>(container: C) =>
      applyStrategicPatch(Container, { ...container }, { ...custom, name }) as JsonObject & C,
  );
}

/** Whether a user who is not root will not have what the profile grants. */
export function grantsInVain(pod: Readonly<Pod>, { securityContext }: AnyContainer): boolean {
  const user = pod.spec?.securityContext?.runAsUser;
  if (!user || !securityContext || securityContext.runAsUser === 0) return false;
  return securityContext.privileged === true || !!securityContext.capabilities?.add?.length;
}
