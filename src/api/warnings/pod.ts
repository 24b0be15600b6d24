// Warnings about a pod, or about a pod template under `prefix` ("spec.template.").
import type { Container } from '../kinds/core/v1/container.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { isWhole, parseQuantity } from '../quantity/quantity.ts';

export interface Template {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: PodSpec;
}

const replaced = (since: string, by: string) => `deprecated since ${since}; use "${by}" instead`;
const OLD_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': replaced('v1.14', 'kubernetes.io/arch'),
  'beta.kubernetes.io/os': replaced('v1.14', 'kubernetes.io/os'),
  'failure-domain.beta.kubernetes.io/region': replaced('v1.17', 'topology.kubernetes.io/region'),
  'failure-domain.beta.kubernetes.io/zone': replaced('v1.17', 'topology.kubernetes.io/zone'),
  'beta.kubernetes.io/instance-type': replaced('v1.17', 'node.kubernetes.io/instance-type'),
};

const OLD_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

const ended = (from: string, until: string) => `deprecated in ${from}, non-functional in ${until}+`;
const OLD_VOLUMES: Readonly<Record<string, string>> = {
  photonPersistentDisk: ended('v1.11', 'v1.16'),
  gitRepo: 'deprecated in v1.11',
  scaleIO: ended('v1.16', 'v1.22'),
  flocker: ended('v1.22', 'v1.25'),
  storageos: ended('v1.22', 'v1.25'),
  quobyte: ended('v1.22', 'v1.25'),
  glusterfs: ended('v1.25', 'v1.26'),
  cephfs: ended('v1.28', 'v1.31'),
  rbd: ended('v1.28', 'v1.31'),
};

export function podWarnings(prefix: string, { metadata, spec }: Template): string[] {
  if (!spec) return [];
  const under = `${prefix}spec`;
  const containers = containersOf(under, spec);
  return [
    ...nodeLabels(under, spec),
    ...Object.entries(OLD_ANNOTATIONS)
      .filter(([key]) => metadata?.annotations?.[key] !== undefined)
      .map(([key, text]) => `${prefix}metadata.annotations[${key}]: ${text}`),
    ...(spec.volumes ?? []).flatMap((volume, i) =>
      Object.keys(volume)
        .filter((source) => Object.hasOwn(OLD_VOLUMES, source))
        .map((source) => `${under}.volumes[${i}].${source}: ${OLD_VOLUMES[source]}`),
    ),
    ...repeated(spec.hostAliases ?? [], `${under}.hostAliases`, 'ip'),
    ...repeated(spec.imagePullSecrets ?? [], `${under}.imagePullSecrets`, 'name'),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, i) =>
      name ? [] : [`${under}.imagePullSecrets[${i}].name: invalid empty name ""`],
    ),
    ...containers.flatMap(({ path, container }) => [
      ...fractions(path, container),
      ...hiddenEnv(path, container),
    ]),
    ...sharedPorts(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${under}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
  ];
}

interface Placed {
  readonly path: string;
  readonly container: Container;
}

function containersOf(under: string, spec: PodSpec): Placed[] {
  const placed = (field: string, containers: readonly Container[] = []) =>
    containers.map((container, i) => ({ path: `${under}.${field}[${i}]`, container }));
  return [...placed('initContainers', spec.initContainers), ...placed('containers', spec.containers)];
}

function nodeLabels(under: string, { nodeSelector, affinity, topologySpreadConstraints }: PodSpec): string[] {
  const node = affinity?.nodeAffinity;
  const base = `${under}.affinity.nodeAffinity`;
  const required = node?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const preferred = node?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = [
    ...required.map((term, i) => ({
      term,
      path: `${base}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`,
    })),
    ...preferred.map(({ preference }, i) => ({
      term: preference,
      path: `${base}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`,
    })),
  ];
  return [
    ...Object.keys(nodeSelector ?? {})
      .filter(isOld)
      .map((key) => `${under}.nodeSelector[${key}]: ${OLD_NODE_LABELS[key]}`),
    ...terms.flatMap(({ term, path }) =>
      (term?.matchExpressions ?? []).flatMap(({ key }, i) =>
        isOld(key) ? [`${path}.matchExpressions[${i}].key: ${key} is ${OLD_NODE_LABELS[key]}`] : [],
      ),
    ),
    ...(topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, i) => {
      const path = `${under}.topologySpreadConstraints[${i}]`;
      return [
        ...(isOld(topologyKey)
          ? [`${path}.topologyKey: ${topologyKey} is ${OLD_NODE_LABELS[topologyKey]}`]
          : []),
        ...(labelSelector ? [] : [`${path}.labelSelector: a null labelSelector results in matching no pod`]),
      ];
    }),
  ];
}

const isOld = (label: string): boolean => Object.hasOwn(OLD_NODE_LABELS, label);

function repeated<K extends string>(
  items: readonly { readonly [key in K]?: string }[],
  path: string,
  key: K,
): string[] {
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    const value = item[key] ?? '';
    if (seen.has(value)) return [`${path}[${i}].${key}: duplicate ${key} ${JSON.stringify(value)}`];
    seen.add(value);
    return [];
  });
}

/** Amounts of bytes must be whole numbers. */
function fractions(path: string, { resources }: Container): string[] {
  const found: string[] = [];
  for (const resource of ['memory', 'ephemeral-storage'])
    for (const which of ['limits', 'requests'] as const) {
      const value = resources?.[which]?.[resource];
      if (value === undefined || isWhole(parseQuantity(value))) continue;
      found.push(
        `${path}.resources.${which}[${resource}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`,
      );
    }
  return found;
}

/** A later variable of the same name may extend the earlier one, but not hide it. */
function hiddenEnv(path: string, { env = [] }: Container): string[] {
  const seen = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    if (!valueFrom && value !== reference && value.includes(reference)) return [];
    return [
      `${path}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    ];
  });
}

/** More than a reply can show: its warnings have 4,096 characters together. */
const MOST_SHARED = 4_096;

interface Bound {
  readonly path: string;
  readonly hostIP: string;
  readonly hostPort: number;
}

/** Every pair of ports that are the same, or may be. There are as many as the square of the ports. */
function sharedPorts(containers: readonly Placed[]): string[] {
  const seen = new Map<string, SamePort>();
  const found: string[] = [];
  for (const { path: under, container } of containers)
    for (const [i, { containerPort, protocol = 'TCP', hostIP = '', hostPort = 0 }] of (
      container.ports ?? []
    ).entries()) {
      const bound = { path: `${under}.ports[${i}]`, hostIP, hostPort };
      const key = `${containerPort}/${protocol}`;
      const others = seen.get(key) ?? new SamePort();
      for (const other of others.sharing(bound)) {
        const how = hostIP === other.hostIP && hostPort === other.hostPort ? 'duplicate' : 'overlapping';
        found.push(`${bound.path}: ${how} port definition with ${other.path}`);
        if (found.length === MOST_SHARED) return found;
      }
      others.add(bound);
      seen.set(key, others);
    }
  return found;
}

/** The definitions of one port of containers, with those that a further one may share the host's port with. */
class SamePort {
  readonly #all: Bound[] = [];
  /** Where in #all: those without a port of the host, and those with one, by address and port. */
  readonly #unbound: number[] = [];
  readonly #bound = new Map<string, number[]>();

  *sharing({ hostIP, hostPort }: Bound): Generator<Bound> {
    if (hostPort === 0) yield* this.#all;
    else
      for (const i of [...this.#unbound, ...(this.#bound.get(`${hostPort} ${hostIP}`) ?? [])].sort(
        (a, b) => a - b,
      ))
        yield this.#all[i]!;
  }

  add(bound: Bound): void {
    const { hostIP, hostPort } = bound;
    const id = `${hostPort} ${hostIP}`;
    if (hostPort === 0) this.#unbound.push(this.#all.length);
    else this.#bound.set(id, [...(this.#bound.get(id) ?? []), this.#all.length]);
    this.#all.push(bound);
  }
}
