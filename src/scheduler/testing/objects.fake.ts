// Nodes and pods for tests of the scheduler: those of sim/objects, with names and uids of their own and what plugins ask for.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import * as objects from '../../sim/objects/node.ts';
import * as pods from '../../sim/objects/pod.ts';

export type { Container, PodSpec } from '../../sim/objects/pod.ts';

type Labels = Record<string, string>;

/** 2 CPUs, 4 GiB, 110 pods; labelled with its host name. */
export const aNode = (
  name: string,
  labels: Labels = {},
  spec: NonNullable<Node['spec']> = {},
  allocatable: Record<string, string> = {},
): Node =>
  objects.aNode(name, { cpu: '2', memory: '4Gi', ...allocatable }, spec, {
    labels: { 'kubernetes.io/hostname': name, ...labels },
  });

export const aContainer = (
  requests: Record<string, string>,
  extra: Partial<pods.Container> = {},
): pods.Container => pods.aContainer('main', { resources: { requests }, ...extra });

let serial = 0;

/** A pod of its own name and uid in namespace `d`. */
export const aPod = (spec: Partial<pods.PodSpec> = {}, labels: Labels = {}): Pod => {
  const uid = `u${serial++}`;
  return pods.aPod(
    uid,
    { containers: [aContainer({ cpu: '1m' })], ...spec },
    { namespace: 'd', uid, labels },
  );
};

export const requesting = (requests: Record<string, string>, labels: Labels = {}): Pod =>
  aPod({ containers: [aContainer(requests)] }, labels);
