// Settings of the node lifecycle controller, with kube-controller-manager's defaults. Names in comments are its flags.

export interface LifecycleSettings {
  /** Without heartbeats for so long, a node is unreachable. --node-monitor-grace-period */
  readonly monitorGraceMs: number;
  /** The same for a node that has not reported a condition yet. --node-startup-grace-period */
  readonly startupGraceMs: number;
  /** Nodes per second in a zone whose pods may be evicted. --node-eviction-rate */
  readonly evictionRate: number;
  /** The same in a large zone of which much is down. --secondary-node-eviction-rate */
  readonly secondaryEvictionRate: number;
  /** The share of nodes that are down from which much of a zone is down. --unhealthy-zone-threshold */
  readonly unhealthyZoneThreshold: number;
  /** A zone with more nodes is large; in others nobody is evicted while much is down. --large-cluster-size-threshold */
  readonly largeClusterSize: number;
}

const SECOND = 1000;

export const DEFAULTS: LifecycleSettings = {
  monitorGraceMs: 50 * SECOND,
  startupGraceMs: 60 * SECOND,
  evictionRate: 0.1,
  secondaryEvictionRate: 0.01,
  unhealthyZoneThreshold: 0.55,
  largeClusterSize: 50,
};
