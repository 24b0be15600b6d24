// Validates pod specs, in Pods and in pod templates.
// Paths and messages follow ValidatePodSpec in k8s.io/kubernetes pkg/apis/core/validation. Called for Pods and for templates.
import { addAll } from '../../../kit/lists.ts';
import type { PodSpec, PodTemplateSpec } from '../../kinds/core/v1/pod-spec.ts';
import { validateIP } from '../addresses.ts';
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
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../names.ts';
import { validateAnnotations, validateLabels } from '../object-meta.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './container.ts';
import { validateAmount } from './resources.ts';
import { validateAffinity, validateTolerations, validateTopologySpread } from './scheduling.ts';
import { validatePodSecurityContext } from './security.ts';
import { validateVolumes } from './volume.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const largest = 2147483647;

const choice = (value: string | undefined, path: string, supported: readonly string[]): FieldError[] => {
  if (!value) return [required(path)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
};

/** `inPod` is false for a template, in which some defaults have not been applied yet. */
export function validatePodSpec(spec: PodSpec, path: string, inPod = false): FieldError[] {
  return [
    ...validateVolumes(spec.volumes, `${path}.volumes`),
    ...validateContainers(spec, path),
    ...validateInitContainers(spec, path),
    ...validateEphemeralContainers(spec, path),
    ...hostNetworkPorts(spec, path, inPod),
    ...choice(spec.restartPolicy, `${path}.restartPolicy`, restartPolicies),
    ...choice(spec.dnsPolicy, `${path}.dnsPolicy`, dnsPolicies),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...sharedProcesses(spec, path),
    ...ownUsers(spec, path),
    ...validatePodSecurityContext(spec.securityContext, spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDNSConfig(spec, `${path}.dnsConfig`),
    ...validateGates(spec, path),
    ...validateTopologySpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...validateNames(spec, path),
    ...validateTimes(spec, path),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateHostAliases(spec, `${path}.hostAliases`),
    ...Object.entries(spec.overhead ?? {}).flatMap(([name, amount]) =>
      validateAmount(name, amount, `${path}.overhead[${name}]`),
    ),
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

const sharedProcesses = (spec: PodSpec, path: string): FieldError[] =>
  spec.shareProcessNamespace && spec.hostPID
    ? [
        invalid(
          `${path}.securityContext.shareProcessNamespace`,
          true,
          'ShareProcessNamespace and HostPID cannot both be enabled',
        ),
      ]
    : [];

/** A pod with its own user namespace cannot use other namespaces of the host. */
const ownUsers = (spec: PodSpec, path: string): FieldError[] =>
  spec.hostUsers === false
    ? (['hostNetwork', 'hostPID', 'hostIPC'] as const)
        .filter((key) => spec[key])
        .map((key) => forbidden(`${path}.${key}`, 'when `hostUsers` is false'))
    : [];

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
  return [
    ...named(`${path}.serviceAccountName`, spec.serviceAccountName, isDNS1123Subdomain),
    ...named(`${path}.nodeName`, spec.nodeName, isDNS1123Subdomain),
    ...named(`${path}.hostname`, spec.hostname, isDNS1123Label),
    ...validateHostnameOverride(spec, path),
    ...named(`${path}.subdomain`, spec.subdomain, isDNS1123Label),
    ...named(`${path}.priorityClassName`, spec.priorityClassName, isDNS1123Subdomain),
    ...named(`${path}.runtimeClassName`, spec.runtimeClassName, isDNS1123Subdomain),
    ...(spec.preemptionPolicy === undefined
      ? []
      : choice(spec.preemptionPolicy, `${path}.preemptionPolicy`, ['PreemptLowerPriority', 'Never'])),
  ];
}

function validateTimes(spec: PodSpec, path: string): FieldError[] {
  const { activeDeadlineSeconds: deadline, terminationGracePeriodSeconds: grace } = spec;
  const errors: FieldError[] = [];
  if (deadline !== undefined && (deadline < 1 || deadline > largest))
    errors.push(invalid(`${path}.activeDeadlineSeconds`, deadline, betweenComplaint(1, largest)));
  if (grace === undefined) errors.push(required(`${path}.terminationGracePeriodSeconds`));
  else if (grace < 0)
    errors.push(
      invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0'),
    );
  return errors;
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
    addAll(errors, validateIP(`${path}.nameservers[${i}]`, ip));
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
  errorsOfItems(hostAliases, ({ ip, hostnames }) => [
    ...validateIP(`${path}.ip`, ip),
    ...errorsOfItems(hostnames, (name) => complaints(`${path}.hostnames`, name, isDNS1123Subdomain(name))),
  ]);

export function validatePodTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const errors = [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...validatePodSpec(template.spec ?? ({} as PodSpec), `${path}.spec`),
  ];
  if (template.spec?.ephemeralContainers?.length)
    errors.push(
      forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'),
    );
  return errors;
}
