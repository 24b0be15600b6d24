// What the form alone does not say of a configuration: names, versions, labels, taints, paths and ports. Pure.
import { addressOf } from '../../api/addresses/prefix.ts';
import { duplicate, type FieldError, forbidden, invalid } from '../../api/validation/field.ts';
import { taintErrors } from '../../api/validation/kinds/node.ts';
import { validateAnnotations, validateLabels } from '../../api/validation/object-meta.ts';
import { KUBELET_VERSION } from '../../kubelet/node/node-object.ts';
import { isWithin, type NodeMount, nodeConfigurations } from './nodes.ts';
import type { ClusterConfig, NodeEntry } from './schema.ts';

/** As optionProblem has it. */
const MOST_NODES = 100;

/** Problems of a value that has the schema's form. */
export function ruleProblems(config: ClusterConfig): FieldError[] {
  return [
    ...versionProblems(config.kubernetesVersion),
    ...nodesProblems(config),
    ...(config.registries && config.inlineRegistries
      ? [forbidden('inlineRegistries', 'leave it out, or leave out registries')]
      : []),
  ];
}

/** `v1.36` and each of its patches are one version here: what is served is what upstream's last patch serves. */
function versionProblems(version: string | undefined): FieldError[] {
  const served = KUBELET_VERSION.split('.').slice(0, 2).join('.');
  if (version === undefined || /^v?(\d{1,3}\.\d{1,3})(\.\d{1,3})?$/.exec(version)?.[1] === served.slice(1))
    return [];
  const advice = `this Tiphys serves Kubernetes ${served} and no other version; write ${served}, or leave the field out`;
  return [invalid('kubernetesVersion', version, advice)];
}

function nodesProblems({ nodes = [], host }: ClusterConfig): FieldError[] {
  const count = nodes.reduce((sum, entry) => sum + (entry.count ?? 1), 0);
  if (count > MOST_NODES) return [invalid('nodes', count, `must be at most ${MOST_NODES} nodes in all`)];
  return [
    ...nodes.flatMap((entry, i) => nodeProblems(entry, `nodes[${i}]`, host === true)),
    ...portProblems(nodes),
  ];
}

function nodeProblems(entry: NodeEntry, path: string, host: boolean): FieldError[] {
  const { labels, annotations, taints, mounts = [], portMappings = [], count = 1 } = entry;
  const problems = [
    ...validateLabels(labels, `${path}.labels`),
    ...validateAnnotations(annotations, `${path}.annotations`),
    ...taintErrors(taints, `${path}.taints`),
    ...mountProblems(mounts, `${path}.mounts`),
  ];
  if (host && mounts.length > 0)
    problems.push(
      forbidden(
        `${path}.mounts`,
        'with host the node is this machine: pods find its directories where they are',
      ),
    );
  if (host && portMappings.length > 0)
    problems.push(forbidden(`${path}.portMappings`, 'with host the node’s ports are this machine’s'));
  if (count > 1 && portMappings.length > 0)
    problems.push(
      forbidden(`${path}.portMappings`, 'with a count each node would have the same ports of this machine'),
    );
  return problems;
}

/** What the node itself needs as the machine has it: programs, the kernel's file systems, sockets, its own state. */
const TAKEN = [
  ...[
    '/bin',
    '/sbin',
    '/lib',
    '/lib32',
    '/lib64',
    '/usr',
    '/etc',
    '/opt/cni',
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/var/run',
  ],
  ...['/var/lib/kubelet', '/var/lib/cni', '/var/lib/containerd', '/var/lib/tiphys'],
];

function mountProblems(mounts: NonNullable<NodeEntry['mounts']>, list: string): FieldError[] {
  return mounts.flatMap(({ nodePath }, i) => {
    const path = `${list}[${i}].nodePath`;
    if (!/^(\/[^/]+)+$/.test(nodePath) || nodePath.split('/').some((name) => name === '.' || name === '..'))
      return [invalid(path, nodePath, 'must be an absolute path below /, without . and .. and empty names')];
    const taken = TAKEN.find((one) => overlaps(nodePath, one));
    if (taken) return [invalid(path, nodePath, `${taken} is needed by the node itself`)];
    const other = mounts.findIndex((mount, j) => j < i && overlaps(nodePath, mount.nodePath));
    return other < 0 ? [] : [invalid(path, nodePath, `lies over ${list}[${other}]`)];
  });
}

const overlaps = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);

/** Once paths are absolute: keys and data of a cluster are not shown to its pods. */
export function mountSourceProblem({ hostPath, nodePath }: NodeMount, dataDir: string): string | undefined {
  const secret = [dataDir, '/run/tiphys', '/proc', '/sys', '/dev'].find((one) => overlaps(hostPath, one));
  if (secret) return `mount of ${hostPath}: a node cannot be shown ${secret}`;
  return overlaps(nodePath, dataDir)
    ? `mount at ${nodePath}: the cluster’s data lie in ${dataDir}`
    : undefined;
}

function portProblems(nodes: readonly NodeEntry[]): FieldError[] {
  const seen: { address: string; id: string }[] = [];
  return nodes.flatMap((entry, n) =>
    nodeConfigurations([{ ...entry, count: 1 }])[0]!.portMappings.flatMap(
      ({ listenAddress, hostPort, protocol }, i) => {
        const path = `nodes[${n}].portMappings[${i}]`;
        if (!addressOf(listenAddress))
          return [invalid(`${path}.listenAddress`, listenAddress, 'must be an IP address of this machine')];
        const id = `${hostPort}/${protocol}`;
        const taken = seen.some((one) => one.id === id && sameListener(one.address, listenAddress));
        seen.push({ address: listenAddress, id });
        return taken ? [duplicate(`${path}.hostPort`, hostPort)] : [];
      },
    ),
  );
}

const sameListener = (one: string, other: string): boolean =>
  one === other || [one, other].some((address) => address === '0.0.0.0' || address === '::');
