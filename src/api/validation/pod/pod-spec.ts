// Validates pod specs, in Pods and in pod templates.
// Paths and messages follow ValidatePodSpec in k8s.io/kubernetes pkg/apis/core/validation. Called for Pods and for templates.
import { addAll } from '../../../kit/lists.ts';
import type { PodSpec, PodTemplateSpec } from '../../kinds/core/v1/pod-spec.ts';
import { validateNewIP } from '../addresses.ts';
import {
  betweenComplaint,
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isSearchDomain } from '../names.ts';
import { validateAnnotations, validateLabels } from '../object-meta.ts';
import { podAnnotationErrors, profileMatchErrors } from './annotations.ts';
import { errorsOfContainers } from './containers/all-containers.ts';
import { claimNamesOf, validatePodClaims } from './containers/claims.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './containers/container.ts';
import { validateFileKeyVolumes } from './containers/env.ts';
import { validateResources } from './containers/resources.ts';
import { validateAffinity, validateTolerations } from './placement/scheduling.ts';
import { validateTopologySpread } from './placement/topology-spread.ts';
import { validatePodResources } from './pod-resources.ts';
import { validatePodSecurityContext } from './security.ts';
import { type Owner, validateVolumes } from './volumes/volume.ts';
import { validateHostProcesses, validateOS } from './windows.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const largest = 2147483647;

const choice = (value: string | undefined, path: string, supported: readonly string[]): FieldError[] => {
  if (!value) return [required(path)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
};

/** In a template, some defaults have not been applied yet. */
const ofTemplate: Owner = { inPod: false };

/** In upstream's order. */
export function validatePodSpec(spec: PodSpec, path: string, owner: Owner = ofTemplate): FieldError[] {
  const volumes = validateVolumes(spec.volumes, `${path}.volumes`, owner);
  const claims = claimNamesOf(spec.resourceClaims);
  const around = { spec, volumes: volumes.valid, claims };
  return [
    ...(spec.terminationGracePeriodSeconds === undefined
      ? [required(`${path}.terminationGracePeriodSeconds`)]
      : []),
    ...volumes.errors,
    ...validatePodClaims(spec.resourceClaims, `${path}.resourceClaims`),
    ...validateContainers(around, `${path}.containers`),
    ...validateInitContainers(around, `${path}.initContainers`),
    ...validateEphemeralContainers(around, `${path}.ephemeralContainers`),
    ...validatePodResources(spec, claims, `${path}.resources`),
    ...hostNetworkPorts(spec, path, owner.inPod),
    ...choice(spec.restartPolicy, `${path}.restartPolicy`, restartPolicies),
    ...choice(spec.dnsPolicy, `${path}.dnsPolicy`, dnsPolicies),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec.securityContext, spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDNSConfig(spec, `${path}.dnsConfig`),
    ...validateGates(spec, path),
    ...validateTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...validateHostProcesses(spec, path),
    ...ownUsers(spec, path),
    ...validateHostnameOverride(spec, path),
    ...validateNames(spec, path),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateHostAliases(spec, `${path}.hostAliases`),
    ...validateClasses(spec, path),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, `${path}.overhead`) : []),
    ...validateOS(spec, path),
    ...validateSchedulingGroup(spec, `${path}.schedulingGroup.podGroupName`),
    ...validateFileKeyVolumes(spec, path),
  ];
}

function hostNetworkPorts(spec: PodSpec, path: string, inPod: boolean): FieldError[] {
  if (!spec.hostNetwork) return [];
  return errorsOfItems(spec.containers, (container, c) =>
    errorsOfItems(container.ports, ({ hostPort = 0, containerPort }, p) =>
      hostPort === containerPort || (!inPod && hostPort === 0)
        ? []
        : [
            invalid(
              `${path}.containers[${c}].ports[${p}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ],
    ),
  );
}

/** A pod with its own user namespace cannot use other namespaces of the host. Two of the names are upstream's, though no field
 *  has them. */
function ownUsers(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const refuse = (at: string) => forbidden(at, 'when `hostUsers` is false');
  return [
    ...(spec.hostNetwork ? [refuse(`${path}.hostNetwork`)] : []),
    ...(spec.hostPID ? [refuse(`${path}.HostPID`)] : []),
    ...(spec.hostIPC ? [refuse(`${path}.HostIPC`)] : []),
    ...errorsOfContainers(spec, path, ({ volumeDevices }, at) =>
      volumeDevices?.length ? [refuse(`${at}.volumeDevices`)] : [],
    ),
  ];
}

const named = (path: string, value: string | undefined, check: (value: string) => string[]): FieldError[] =>
  value ? complaints(path, value, check(value)) : [];

/** Characters that the kernel takes as a host name. */
const longestHostname = 64;

function validateHostnameOverride(spec: PodSpec, path: string): FieldError[] {
  const { hostnameOverride: name, setHostnameAsFQDN, hostNetwork } = spec;
  if (name === undefined) return [];
  const at = `${path}.hostnameOverride`;
  return [
    ...(setHostnameAsFQDN ? [forbidden(at, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(hostNetwork ? [forbidden(at, 'may not be specified when hostNetwork is true')] : []),
    ...(name.length > longestHostname ? [tooLong(at, longestHostname)] : []),
    ...complaints(at, name, isDNS1123Subdomain(name)),
  ];
}

function validateNames(spec: PodSpec, path: string): FieldError[] {
  const { activeDeadlineSeconds: deadline } = spec;
  return [
    ...named(`${path}.serviceAccountName`, spec.serviceAccountName, isDNS1123Subdomain),
    ...named(`${path}.nodeName`, spec.nodeName, isDNS1123Subdomain),
    ...(deadline !== undefined && (deadline < 1 || deadline > largest)
      ? [invalid(`${path}.activeDeadlineSeconds`, deadline, betweenComplaint(1, largest))]
      : []),
    ...named(`${path}.hostname`, spec.hostname, isDNS1123Label),
    ...named(`${path}.subdomain`, spec.subdomain, isDNS1123Label),
  ];
}

function validateClasses(spec: PodSpec, path: string): FieldError[] {
  const { runtimeClassName: runtime } = spec;
  return [
    ...named(`${path}.priorityClassName`, spec.priorityClassName, isDNS1123Subdomain),
    ...(runtime === undefined
      ? []
      : complaints(`${path}.runtimeClassName`, runtime, isDNS1123Subdomain(runtime))),
    ...(spec.preemptionPolicy === undefined
      ? []
      : choice(spec.preemptionPolicy, `${path}.preemptionPolicy`, ['PreemptLowerPriority', 'Never'])),
  ];
}

function validateSchedulingGroup({ schedulingGroup }: PodSpec, path: string): FieldError[] {
  if (!schedulingGroup) return [];
  const { podGroupName: name } = schedulingGroup;
  if (name === undefined) return [invalid(path, null, 'must specify one of: `podGroupName`')];
  return complaints(path, name, isDNS1123Subdomain(name));
}

function validateDNSConfig({ dnsConfig, dnsPolicy }: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && !dnsConfig)
    return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  if (dnsPolicy === 'None' && nameservers.length === 0)
    return [
      required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
    ];
  if (nameservers.length > 3)
    errors.push(invalid(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers'));
  checkItems(errors, nameservers, (ip, i) => {
    addAll(errors, validateNewIP(`${path}.nameservers[${i}]`, ip));
  });
  if (searches.length > 32)
    errors.push(invalid(`${path}.searches`, searches, 'must not have more than 32 search paths'));
  if (searches.join(' ').length > 2048)
    errors.push(
      invalid(
        `${path}.searches`,
        searches,
        'must not have more than 2048 characters (including spaces) in the search list',
      ),
    );
  checkItems(errors, searches, (written, i) => {
    if (written === '.') return;
    const domain = written.endsWith('.') ? written.slice(0, -1) : written;
    addAll(errors, complaints(`${path}.searches[${i}]`, domain, isSearchDomain(domain)));
  });
  checkItems(errors, options, ({ name }, i) => {
    if (!name) errors.push(required(`${path}.options[${i}]`, 'must not be empty'));
  });
  return errors;
}

function validateGates(spec: PodSpec, path: string): FieldError[] {
  const errors = errorsOfItems(spec.readinessGates, ({ conditionType }, i) =>
    complaints(`${path}.readinessGates[${i}].conditionType`, conditionType, isQualifiedName(conditionType)),
  );
  const seen = new Set<string>();
  checkItems(errors, spec.schedulingGates, ({ name }, i) => {
    const at = `${path}.schedulingGates[${i}]`;
    addAll(errors, complaints(at, name, isQualifiedName(name)));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
  });
  return errors;
}

const validateHostAliases = ({ hostAliases }: PodSpec, path: string): FieldError[] =>
  errorsOfItems(hostAliases, ({ ip, hostnames }, i) => [
    ...validateNewIP(`${path}[${i}].ip`, ip),
    ...errorsOfItems(hostnames, (name, j) =>
      complaints(`${path}[${i}].hostnames[${j}]`, name, isDNS1123Subdomain(name)),
    ),
  ]);

export function validatePodTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const errors = [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...podAnnotationErrors(template, `${path}.annotations`),
    ...validatePodSpec(template.spec ?? ({} as PodSpec), `${path}.spec`),
    ...profileMatchErrors(template, `${path}.spec`),
  ];
  if (template.spec?.ephemeralContainers?.length)
    errors.push(
      forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'),
    );
  return errors;
}
