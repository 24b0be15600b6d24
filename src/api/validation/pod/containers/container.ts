// Validates containers of a pod: app containers, init containers and ephemeral containers.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.

import { addAll } from '../../../../kit/lists.ts';
import type { Container, ContainerPort, EphemeralContainer } from '../../../kinds/core/v1/container.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import { isSidecar } from '../../../pods/containers.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  oneOf,
  required,
} from '../../field.ts';
import { isDNS1123Label, isValidPortName, isValidPortNumber } from '../../names.ts';
import { validateSecurityContext } from '../security.ts';
import type { ClaimNames } from './claims.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { type Volumes, validateMounts } from './mounts.ts';
import { validateLifecycle, validateProbe } from './probe.ts';
import { validateResources } from './resources.ts';
import { validateInitRestartPolicy, validateResizePolicy, validateRestartPolicy } from './restart-policy.ts';

export const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const protocols = ['SCTP', 'TCP', 'UDP'];

/** What containers refer to in the spec of their pod. */
export interface Surroundings {
  readonly spec: PodSpec;
  readonly volumes: Volumes;
  readonly claims: ClaimNames;
}

export function validateContainers(around: Surroundings, path: string): FieldError[] {
  const { containers = [], terminationGracePeriodSeconds: grace } = around.spec;
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = errorsOfItems(containers, (container, i) => {
    const at = `${path}[${i}]`;
    return [
      ...validateContainer(container, around, at),
      ...uniqueName(container.name, names, at),
      ...validateLifecycle(container.lifecycle, `${at}.lifecycle`, grace),
      ...validateProbes(container, at),
      ...validateRestartPolicy(container, at),
    ];
  });
  return [...errors, ...hostPortConflicts(containers, path)];
}

export function validateInitContainers(around: Surroundings, path: string): FieldError[] {
  const { initContainers, containers = [], terminationGracePeriodSeconds: grace } = around.spec;
  const names = new Set(containers.map(({ name = '' }) => name));
  return errorsOfItems(initContainers, (container, i) => {
    const at = `${path}[${i}]`;
    return [
      ...validateContainer(container, around, at),
      ...validateInitRestartPolicy(container, at),
      ...(container.name ? uniqueName(container.name, names, at) : []),
      // As upstream, which looks at each alone, so that the path names the first.
      ...hostPortConflicts([container], path),
      ...(isSidecar(container)
        ? [
            ...validateLifecycle(container.lifecycle, `${at}.lifecycle`, grace),
            ...validateProbes(container, at),
          ]
        : onlyForSidecars(container, at)),
    ];
  });
}

export function validateEphemeralContainers(around: Surroundings, path: string): FieldError[] {
  const { containers = [], initContainers = [], ephemeralContainers } = around.spec;
  const names = new Set([...containers, ...initContainers].map(({ name = '' }) => name));
  const targets = new Set(names);
  return errorsOfItems(ephemeralContainers, (container, i) => {
    const at = `${path}[${i}]`;
    const errors = [
      ...validateContainer(container, around, at),
      ...imageSpaces(container.image, at),
      ...uniqueName(container.name, names, at),
    ];
    const target = container.targetContainerName;
    if (target && !targets.has(target)) errors.push(notFound(`${at}.targetContainerName`, target));
    return [...errors, ...notForEphemeral(container, at)];
  });
}

/** In templates, images may have spaces around them. */
export const imageSpaces = (image = '', path = ''): FieldError[] =>
  image.trim() === image
    ? []
    : [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')];

const notInEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

function notForEphemeral(container: EphemeralContainer, path: string): FieldError[] {
  const refuse = (field: string) => forbidden(`${path}.${field}`, 'cannot be set for an Ephemeral Container');
  // Resources are always there, but empty.
  const isSet = (field: (typeof notInEphemeral)[number]) =>
    field === 'resources'
      ? Object.keys(container.resources ?? {}).length > 0
      : container[field] !== undefined;
  const errors = notInEphemeral.filter(isSet).map(refuse);
  checkItems(errors, container.volumeMounts, (mount, i) => {
    for (const field of ['subPath', 'subPathExpr'] as const)
      if (mount[field]) errors.push(refuse(`volumeMounts[${i}].${field}`));
  });
  return errors;
}

/** Two without a name have the same name, too. */
function uniqueName(name = '', names = new Set<string>(), path = ''): FieldError[] {
  if (names.has(name)) return [duplicate(`${path}.name`, name)];
  names.add(name);
  return [];
}

const sidecarOnly = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
function onlyForSidecars(container: Container, path: string): FieldError[] {
  const errors = sidecarOnly
    .filter((key) => container[key] !== undefined)
    .map((key) =>
      forbidden(`${path}.${key}`, 'may not be set for init containers without restartPolicy=Always'),
    );
  checkItems(errors, container.resizePolicy, ({ restartPolicy }, i) => {
    if (restartPolicy === 'RestartContainer')
      errors.push(
        invalid(
          `${path}.resizePolicy[${i}].restartPolicy`,
          restartPolicy,
          "must not be set to 'RestartContainer' for non-sidecar initContainers",
        ),
      );
  });
  return errors;
}

function validateProbes(container: Container, path: string): FieldError[] {
  return [
    ...validateProbe(container.livenessProbe, `${path}.livenessProbe`, 'liveness'),
    ...validateProbe(container.readinessProbe, `${path}.readinessProbe`, 'readiness'),
    ...validateProbe(container.startupProbe, `${path}.startupProbe`, 'startup'),
  ];
}

function validateContainer(
  container: Container,
  { spec, volumes, claims }: Surroundings,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const { name, image = '', imagePullPolicy, terminationMessagePolicy } = container;
  if (!name) errors.push(required(`${path}.name`));
  else addAll(errors, complaints(`${path}.name`, name, isDNS1123Label(name)));
  if (image.length === 0) errors.push(required(`${path}.image`));
  if (!terminationMessagePolicy) errors.push(required(`${path}.terminationMessagePolicy`));
  else if (terminationMessagePolicy !== 'File' && terminationMessagePolicy !== 'FallbackToLogsOnError')
    errors.push(
      notSupported(`${path}.terminationMessagePolicy`, terminationMessagePolicy, [
        'File',
        'FallbackToLogsOnError',
      ]),
    );
  addAll(errors, validatePorts(container.ports, `${path}.ports`));
  addAll(errors, validateEnv(container.env, `${path}.env`));
  addAll(errors, validateEnvFrom(container.envFrom, `${path}.envFrom`));
  addAll(errors, validateMounts(container, volumes, path));
  addAll(errors, oneOf(`${path}.imagePullPolicy`, imagePullPolicy, pullPolicies));
  addAll(errors, validateResources(container.resources, `${path}.resources`, claims));
  addAll(errors, validateResizePolicy(container.resizePolicy, spec.restartPolicy, `${path}.resizePolicy`));
  const hostUsers = spec.hostUsers ?? true;
  addAll(errors, validateSecurityContext(container.securityContext, hostUsers, `${path}.securityContext`));
  return errors;
}

function validatePorts(ports: readonly ContainerPort[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  checkItems(errors, ports, ({ name, containerPort, hostPort, protocol }, i) => {
    const at = `${path}[${i}]`;
    if (name) {
      const texts = isValidPortName(name);
      addAll(errors, complaints(`${at}.name`, name, texts));
      if (texts.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    if (!containerPort) errors.push(required(`${at}.containerPort`));
    else addAll(errors, complaints(`${at}.containerPort`, containerPort, isValidPortNumber(containerPort)));
    if (hostPort) addAll(errors, complaints(`${at}.hostPort`, hostPort, isValidPortNumber(hostPort)));
    if (!protocol) errors.push(required(`${at}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, protocols));
  });
  return errors;
}

function hostPortConflicts(containers: readonly Container[], path: string): FieldError[] {
  const taken = new Set<string>();
  return errorsOfItems(containers, (container, c) =>
    errorsOfItems(container.ports, ({ hostPort, hostIP = '', protocol }, p) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) return [duplicate(`${path}[${c}].ports[${p}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}
