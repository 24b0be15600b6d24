// Takes from a placement what its reader may not know: nodes, and the names of pods in namespaces whose pods they may not list.
// How many such pods there are stays, as the scheduler's events tell it, too. Pure.
import type {
  NodePlacement,
  Obstacle,
  Placement,
  PodName,
  Preemption,
  Rejection,
} from '../../api/pods/placement.ts';

export interface Readable {
  readonly nodes: boolean;
  readonly podsOf: (namespace: string) => boolean;
}

export function redacted(placement: Placement, readable: Readable): Placement {
  const { nodes } = placement;
  if (!nodes) return placement;
  if (!readable.nodes) return { ...placement, nodes: { ...nodes, verdicts: [], hidden: true } };
  const visible = <P extends PodName>(pod: P): P => {
    if (pod.namespace === undefined || readable.podsOf(pod.namespace)) return pod;
    const { namespace: _, name: __, ...rest } = pod;
    return rest as P;
  };
  return { ...placement, nodes: { ...nodes, verdicts: nodes.verdicts.map((one) => withPods(one, visible)) } };
}

/** The namespaces of all pods that are named. */
export function namespacesIn({ nodes }: Placement): ReadonlySet<string> {
  const namespaces = new Set<string>();
  const note = <P extends PodName>(pod: P): P => {
    if (pod.namespace !== undefined) namespaces.add(pod.namespace);
    return pod;
  };
  for (const verdict of nodes?.verdicts ?? []) withPods(verdict, note);
  return namespaces;
}

type OfPod = <P extends PodName>(pod: P) => P;

/** The verdict with every pod that it names replaced by what `of` makes of it. */
const withPods = (verdict: NodePlacement, of: OfPod): NodePlacement => ({
  ...verdict,
  rejections: verdict.rejections.map(
    (rejection): Rejection => ({
      ...rejection,
      obstacles: rejection.obstacles.map((obstacle) => obstacleWith(obstacle, of)),
    }),
  ),
  ...(verdict.nominated && { nominated: verdict.nominated.map(of) }),
  ...(verdict.preemption && { preemption: preemptionWith(verdict.preemption, of) }),
});

function obstacleWith(obstacle: Obstacle, of: OfPod): Obstacle {
  if (obstacle.type === 'HostPort') return { ...obstacle, pod: of(obstacle.pod) };
  if (obstacle.type === 'PodAntiAffinity') return { ...obstacle, pods: obstacle.pods.map(of) };
  return obstacle;
}

const preemptionWith = (preemption: Preemption, of: OfPod): Preemption =>
  'victims' in preemption ? { ...preemption, victims: preemption.victims.map(of) } : preemption;
