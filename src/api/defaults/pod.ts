// Defaults of pods and containers that depend on other fields. Those on Pod are not given to pod templates.
import { Container, EphemeralContainer } from '../kinds/core/v1/container.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { Volume } from '../kinds/core/v1/volume.ts';
import { addQuantity, compareQuantity, formatQuantity, parseQuantity } from '../quantity/quantity.ts';
import { tagOf } from './image-tag.ts';
import { type Entry, on } from './rule.ts';

type Amounts = Record<string, string>;

export const podRules: readonly Entry[] = [
  on(Pod, defaultPod),
  on(Container, defaultPullPolicy),
  on(EphemeralContainer, defaultPullPolicy),
  on(Volume, defaultVolume),
];

const policyFor = (image: string) => (tagOf(image) === 'latest' ? 'Always' : 'IfNotPresent');

function defaultPullPolicy(container: Pick<Container, 'image' | 'imagePullPolicy'>): void {
  container.imagePullPolicy ??= policyFor(container.image ?? '');
}

function defaultVolume(volume: Volume): void {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  if (sources.length === 0) volume.emptyDir = {};
  if (volume.image) volume.image.pullPolicy ??= policyFor(volume.image.reference ?? '');
}

function defaultPod(pod: Pod): void {
  const spec = pod.spec;
  if (!spec) return;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const resources = container.resources;
    if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests };
    if (spec.hostNetwork) for (const port of container.ports ?? []) port.hostPort ??= port.containerPort;
  }
  defaultPodLevelResources(spec);
  spec.enableServiceLinks ??= true;
}

const isHugePages = (resource: string) => resource.startsWith('hugepages-');

function defaultPodLevelResources(spec: PodSpec): void {
  const resources = spec.resources;
  if (!resources?.limits && !resources?.requests) return;
  const limits: Amounts = { ...resources.limits };
  for (const [name, amount] of Object.entries(together(spec, 'limits'))) {
    if (isHugePages(name) && resources.requests?.[name] === undefined) limits[name] ??= amount;
  }
  if (Object.keys(limits).length === 0) return;
  resources.limits = limits;
  const requests: Amounts = { ...resources.requests };
  const ofContainers = together(spec, 'requests');
  for (const name of ['cpu', 'memory']) {
    const amount = ofContainers[name];
    if (amount !== undefined) requests[name] ??= amount;
  }
  for (const [name, amount] of Object.entries(limits)) {
    if (name === 'cpu' || name === 'memory' || isHugePages(name)) requests[name] ??= amount;
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

/** What the containers need at the same time: the sum of those that run on, or the greediest moment of the start. */
function together(spec: PodSpec, which: 'limits' | 'requests'): Amounts {
  const running: Amounts = {};
  let starting: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[which] ?? {};
    if (container.restartPolicy === 'Always') add(running, own);
    const moment: Amounts = { ...running };
    if (container.restartPolicy !== 'Always') add(moment, own);
    starting = larger(starting, moment);
  }
  for (const container of spec.containers ?? []) add(running, container.resources?.[which] ?? {});
  return larger(running, starting);
}

function add(sum: Amounts, more: Amounts): void {
  for (const [name, amount] of Object.entries(more)) {
    const before = Object.hasOwn(sum, name) ? sum[name] : undefined;
    sum[name] =
      before === undefined
        ? amount
        : formatQuantity(addQuantity(parseQuantity(before), parseQuantity(amount)));
  }
}

function larger(a: Amounts, b: Amounts): Amounts {
  const out = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const other = Object.hasOwn(out, name) ? out[name] : undefined;
    if (other === undefined || compareQuantity(parseQuantity(amount), parseQuantity(other)) > 0)
      out[name] = amount;
  }
  return out;
}
