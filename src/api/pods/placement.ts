// Why a pod has no node, node by node and plug-in by plug-in: what the scheduler answers, the API server serves at
// /why/v1/namespaces/NAMESPACE/pods/NAME, and `tiphys why` prints. JSON, for programs too.

/** A pod that is named to somebody; without a name when it is one that they may not read. */
export interface PodName {
  readonly namespace?: string;
  readonly name?: string;
}

export interface Victim extends PodName {
  readonly priority: number;
}

export type PlacementState =
  /** It has a node. */
  | 'Bound'
  /** The scheduler has chosen a node; the API does not show it yet. */
  | 'Binding'
  /** A plug-in keeps it out of the queue: `reasons` says why. */
  | 'Gated'
  /** It was tried and is tried again after `queue.retrySeconds`. */
  | 'Backoff'
  /** It is about to be tried. */
  | 'Active'
  /** It fits nowhere, and waits for a change in the cluster. */
  | 'Unschedulable'
  /** No profile of this scheduler has its scheduler name. */
  | 'OtherScheduler'
  | 'Finished'
  | 'Deleting'
  /** The scheduler has not seen it yet. */
  | 'Unknown';

/** What is in the way on one node, with what would be enough. Amounts are quantities. */
export type Obstacle =
  | {
      readonly type: 'Resource';
      readonly resource: string;
      readonly requested: string;
      readonly free: string;
      readonly total: string;
      readonly missing: string;
    }
  | { readonly type: 'Cordon' }
  | { readonly type: 'Taint'; readonly key: string; readonly value?: string; readonly effect: string }
  | { readonly type: 'NodeName'; readonly wanted: string }
  /** A label that nodeSelector demands. */
  | {
      readonly type: 'NodeSelector';
      readonly key: string;
      readonly value: string;
      readonly actual?: string;
    }
  /** A requirement of a node affinity term (from 0); one term is enough. `enforced`: of the profile, not of the pod. */
  | {
      readonly type: 'NodeAffinity';
      readonly term: number;
      readonly key: string;
      readonly operator: string;
      readonly values: readonly string[];
      readonly actual?: string;
      readonly enforced?: true;
    }
  | {
      readonly type: 'HostPort';
      readonly port: number;
      readonly protocol: string;
      readonly ip: string;
      readonly pod: PodName;
    }
  /** The node lacks the label that a constraint or an affinity term goes by. */
  | { readonly type: 'TopologyKey'; readonly key: string }
  /** With the pod, `domain` would have `skew` pods more than the domain that has the fewest, `fewest`. */
  | {
      readonly type: 'Spread';
      readonly key: string;
      readonly domain: string;
      readonly pods: number;
      readonly fewest: number;
      readonly skew: number;
      readonly maxSkew: number;
    }
  /** No pod in the domain matches the term. */
  | {
      readonly type: 'PodAffinity';
      readonly key: string;
      readonly domain: string;
      readonly selector: string;
    }
  /** Pods in the domain that one of the two does not want beside the other: the incoming pod, or (`existing`) they. */
  | {
      readonly type: 'PodAntiAffinity';
      readonly key: string;
      readonly domain: string;
      readonly existing: boolean;
      readonly pods: readonly PodName[];
    }
  /** A requirement of the node affinity of a volume that the pod uses; one term is enough. */
  | {
      readonly type: 'VolumeNodeAffinity';
      readonly volume: string;
      readonly term: number;
      readonly key: string;
      readonly operator: string;
      readonly values: readonly string[];
      readonly actual?: string;
    }
  /** The volume is in other zones or regions. */
  | {
      readonly type: 'VolumeZone';
      readonly volume: string;
      readonly key: string;
      readonly values: readonly string[];
      readonly actual?: string;
    }
  /** No volume that the node reaches suits the claim, and none can be made there. */
  | { readonly type: 'NoVolume'; readonly claim: string; readonly size: string }
  /** The claim's volume would be too large for what can still be made there. */
  | { readonly type: 'StorageCapacity'; readonly claim: string; readonly size: string }
  /** The pod wants `wanted` volumes of a CSI driver more; `attached` are on the node, which takes `limit`. */
  | {
      readonly type: 'VolumeLimit';
      readonly driver: string;
      readonly wanted: number;
      readonly attached: number;
      readonly limit: number;
    }
  /** The node has no free devices for these ResourceClaims: for each of them alone, or, if there are several, for all together. */
  | { readonly type: 'Devices'; readonly claims: readonly string[] }
  /** The ResourceClaim has devices that this node cannot use, or that are not ready. */
  | { readonly type: 'AllocatedElsewhere'; readonly claim: string };

/** Why one plug-in does not take the node. */
export interface Rejection {
  readonly plugin: string;
  /** Upstream's: Unschedulable, UnschedulableAndUnresolvable (no pod that leaves would help), Error. */
  readonly code: string;
  readonly reasons: readonly string[];
  /** At most MOST_OBSTACLES. */
  readonly obstacles: readonly Obstacle[];
}

/** What preemption would do on the node: remove these pods, or why it would not. */
export type Preemption =
  | {
      /** The most important first; at most MOST_NAMED_PODS of `count`. */
      readonly victims: readonly Victim[];
      readonly count: number;
      /** How many of them a PodDisruptionBudget would keep. */
      readonly violations: number;
    }
  | { readonly reason: string };

export interface NodePlacement {
  readonly node: string;
  /** Of every plug-in that rejects the node, in the order in which they are asked; empty: the pod fits. */
  readonly rejections: readonly Rejection[];
  /** Pods that are nominated for the node and count as if they were on it. */
  readonly nominated?: readonly PodName[];
  readonly preemption?: Preemption;
}

export interface NodesJudged {
  /** How many nodes there are, and how many of them were looked at. */
  readonly total: number;
  readonly judged: number;
  readonly fit: number;
  readonly verdicts: readonly NodePlacement[];
  /** The one who asks may not list nodes: there are no verdicts. */
  readonly hidden?: true;
}

export interface Placement {
  readonly apiVersion: 'why.tiphys/v1';
  readonly kind: 'PodPlacement';
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly schedulerName: string;
  readonly state: PlacementState;
  /** Of a pod that is gated. */
  readonly reasons?: readonly string[];
  /** Where it is, or is being bound to. */
  readonly node?: string;
  /** Where preemption makes room for it. */
  readonly nominatedNode?: string;
  readonly queue?: {
    readonly attempts: number;
    readonly waitingSeconds: number;
    /** Until it is tried again, if nothing changes before. */
    readonly retrySeconds?: number;
  };
  /** The message of the last attempt, and the plug-ins that rejected the pod: it waits for changes that concern them. */
  readonly lastAttempt?: { readonly message: string; readonly plugins: readonly string[] };
  /** A plug-in rejects the pod for all nodes, before it looks at any. */
  readonly rejection?: Rejection;
  readonly nodes?: NodesJudged;
}

export const MOST_OBSTACLES = 8;
export const MOST_NAMED_PODS = 5;

/** The path at which the API server serves the placement of a pod. */
export const placementPath = (namespace: string, name: string): string =>
  `/why/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
