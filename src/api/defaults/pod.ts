// Defaults of pods and containers that depend on other fields. Those on Pod do not apply to pod templates.
// Follows k8s.io/kubernetes pkg/apis/core/v1/defaults.go. Collected in rules.ts.
import { Container, EphemeralContainer } from '../kinds/core/v1/container.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { Volume } from '../kinds/core/v1/volume.ts';
import { exactly } from '../pods/amounts.ts';
import { containerTotals, isPodLevelResource } from '../pods/resources.ts';
import { formatQuantity } from '../quantity/quantity.ts';
import { tagOf } from './image-tag.ts';
import { linkPodAddresses } from './linked-addresses.ts';
import { complete, type Entry, on } from './rule.ts';

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
  linkPodAddresses(pod);
  const spec = pod.spec;
  if (!spec) return;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const resources = container.resources;
    if (resources?.limits) complete(resources, 'requests', resources.limits);
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
  for (const [name, amount] of containerTotals(spec, 'limits', exactly)) {
    if (isHugePages(name) && resources.requests?.[name] === undefined)
      limits[name] ??= formatQuantity(amount);
  }
  if (Object.keys(limits).length === 0) return;
  resources.limits = limits;
  const requests: Amounts = { ...resources.requests };
  const ofContainers = containerTotals(spec, 'requests', exactly);
  for (const name of ['cpu', 'memory']) {
    const amount = ofContainers.get(name);
    if (amount) requests[name] ??= formatQuantity(amount);
  }
  for (const [name, amount] of Object.entries(limits)) {
    if (isPodLevelResource(name)) requests[name] ??= amount;
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
}
