// Ingresses for which there is no room: those that are too large by themselves, and of a namespace with more than its share the newer
// ones. Those of other namespaces are not touched. Pure; called by compile.ts.
import { MOST_BACKENDS, MOST_BRANCHES, MOST_BYTES, MOST_BYTES_OF_ONE } from '../model/limits.ts';
import { shares } from '../model/shares.ts';
import { weightOf } from '../model/weight.ts';
import type { Planned } from './plan.ts';
import type { Problem } from './world.ts';

const MOST = { paths: MOST_BRANCHES, backends: MOST_BACKENDS, 'bytes of configuration': MOST_BYTES };
type What = keyof typeof MOST;
type Use = Readonly<Record<What, number>>;
const KINDS = Object.keys(MOST) as What[];

const known = new WeakMap<Planned, Use>();

function useOf(planned: Planned): Use {
  const before = known.get(planned);
  if (before) return before;
  const { routes, asked } = planned;
  const backends = [
    ...new Map([...routes.map(({ backend }) => backend), ...asked].map((one) => [one.name, one])).values(),
  ];
  let bytes = weightOf(backends);
  for (const { host, path } of routes) bytes += host.length + path.length + 64;
  const use = { paths: routes.length, backends: backends.length, 'bytes of configuration': bytes };
  known.set(planned, use);
  return use;
}

/** `planned`: the oldest first. */
export function withRoom(planned: readonly Planned[], problems: Problem[]): Planned[] {
  const small = planned.filter((one) => {
    const isSmall = useOf(one)['bytes of configuration'] <= MOST_BYTES_OF_ONE;
    const message = `the Ingress has more than ${MOST_BYTES_OF_ONE} bytes of configuration`;
    if (!isSmall) problems.push({ ingress: one.ingress, reason: 'Rejected', message });
    return isSmall;
  });
  return KINDS.reduce((left, what) => withinShares(left, what, problems), small);
}

function withinShares(planned: readonly Planned[], what: What, problems: Problem[]): Planned[] {
  const wanted = new Map<string, number>();
  let all = 0;
  for (const one of planned) {
    const use = useOf(one)[what];
    all += use;
    wanted.set(namespaceOf(one), (wanted.get(namespaceOf(one)) ?? 0) + use);
  }
  if (all <= MOST[what]) return [...planned];
  const left = shares(wanted, MOST[what]);
  return planned.filter((one) => {
    const namespace = namespaceOf(one);
    const rest = left.get(namespace)! - useOf(one)[what];
    const message = `the Ingresses of namespace ${namespace} have more ${what} than its share of ${MOST[what]}: older ones have the room`;
    if (rest < 0) problems.push({ ingress: one.ingress, reason: 'Rejected', message });
    else left.set(namespace, rest);
    return rest >= 0;
  });
}

const namespaceOf = ({ ingress }: Planned): string => ingress.metadata.namespace!;
