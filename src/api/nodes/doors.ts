// The outside door on machines that have joined, as far as servers and nodes must agree on it: which nodes are doors, which of them serve,
// and behind which Services they are.

import type { Node } from '../kinds/core/v1/node.ts';
import type { Gateway } from '../kinds/gateway/v1/gateway.ts';
import { labelsOf } from '../meta/v1/object.ts';
import { isNodeReady } from './readiness.ts';

/** A label, whatever its value: only administrators can set it, since NodeRestriction keeps nodes from labels of this domain. */
export const DOOR_LABEL = 'tiphys.io.node-restriction.kubernetes.io/door';

/** An annotation: `true` on a door whose proxy serves. The node writes it itself: it keeps requests away from itself only. */
export const DOOR_SERVES = 'tiphys.io/door';

export const isDoor = (node: Readonly<Node>): boolean => labelsOf(node)[DOOR_LABEL] !== undefined;

export const isServingDoor = (node: Readonly<Node>): boolean =>
  isDoor(node) && isNodeReady(node) && node.metadata.annotations?.[DOOR_SERVES] === 'true';

/** Where users of other namespaces write nothing. */
export const DOOR_NAMESPACE = 'kube-system';

/** The Service through which Ingresses are reached. */
export const INGRESS_SERVICE = 'tiphys-ingress';

/** The Service through which the Gateway is reached. */
export const gatewayService = ({ metadata }: Readonly<Gateway>): string => `tiphys-gateway-${metadata.uid}`;

/** How ports of a Gateway's Service are named: by them its nodePorts are found. */
export const gatewayPort = (protocol: string, port: number): string =>
  `${protocol === 'UDP' ? 'udp' : 'tcp'}-${port}`;

/** A label of everything that is made for doors. */
export const MADE_FOR = 'tiphys.io/door';
