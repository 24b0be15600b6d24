// Which of a driver's nodes are called about a volume, in which order. Pure. Called by drivers.ts.

/** A node on which the driver has registered. */
export interface DriverNode {
  readonly name: string;
  /** By which the driver knows the node. */
  readonly nodeId: string;
  readonly topologyKeys: readonly string[];
  readonly isReady: boolean;
  label(key: string): string | undefined;
}

/** Where a volume is, or shall be. */
export type Reach = (node: DriverNode) => boolean;

/**
 * Those that reach the volume, first the ready ones. If none does, any: a driver of a zone is called from another when the zone has lost
 * its nodes. But a driver whose volumes are on single nodes would say of another node's volume that it is gone: then none is called.
 */
export function nodesToCall(nodes: readonly DriverNode[], reach: Reach = () => true): DriverNode[] {
  const reaching = nodes.filter(reach);
  if (reaching.length === 0 && tellsNodesApart(nodes)) return [];
  const chosen = reaching.length > 0 ? reaching : nodes;
  return [...chosen.filter(({ isReady }) => isReady), ...chosen.filter(({ isReady }) => !isReady)];
}

/** Every node has a topology of its own. */
export function tellsNodesApart(nodes: readonly DriverNode[]): boolean {
  const seen = new Set<string>();
  for (const { topologyKeys, label } of nodes) {
    if (topologyKeys.length === 0) return false;
    seen.add(JSON.stringify(topologyKeys.map((key) => label(key) ?? '')));
  }
  return seen.size === nodes.length;
}

export const hasSegments = (node: Pick<DriverNode, 'label'>, segments: Readonly<Record<string, string>>) =>
  Object.entries(segments).every(([key, value]) => node.label(key) === value);
