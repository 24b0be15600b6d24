// Validates containers of a pod: app containers, init containers and ephemeral containers.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.

import { addAll } from '../../../kit/lists.ts';
import type { Container, ContainerPort, VolumeMount } from '../../kinds/core/v1/container.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { isSidecar } from '../../pods/containers.ts';
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
  required,
} from '../field.ts';
import { isDNS1123Label, isValidPortName, isValidPortNumber } from '../names.ts';
import { validateLocalDescendingPath } from '../paths.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle, validateProbe } from './probe.ts';
import { validateResources } from './resources.ts';
import { validateSecurityContext } from './security.ts';

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const propagations = ['Bidirectional', 'HostToContainer', 'None'];

export function validateContainers(spec: PodSpec, path: string): FieldError[] {
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(`${path}.containers`)];
  const names = new Set<string>();
  const errors = errorsOfItems(containers, (container, i) => {
    const at = `${path}.containers[${i}]`;
    return [
      ...validateContainer(container, spec, at),
      ...uniqueName(container.name, names, at),
      ...validateLifecycle(container.lifecycle, `${at}.lifecycle`, spec.terminationGracePeriodSeconds),
      ...validateProbes(container, at),
    ];
  });
  return [...errors, ...hostPortConflicts(containers, `${path}.containers`)];
}

export function validateInitContainers(spec: PodSpec, path: string): FieldError[] {
  const names = new Set((spec.containers ?? []).map(({ name }) => name));
  return errorsOfItems(spec.initContainers, (container, i) => {
    const at = `${path}.initContainers[${i}]`;
    const sidecar = isSidecar(container);
    return [
      ...validateContainer(container, spec, at),
      ...uniqueName(container.name, names, at),
      ...(sidecar
        ? [
            ...validateLifecycle(container.lifecycle, `${at}.lifecycle`, spec.terminationGracePeriodSeconds),
            ...validateProbes(container, at),
          ]
        : onlyForSidecars(container, at)),
      ...hostPortConflicts([container], `${path}.initContainers`, i),
    ];
  });
}

export function validateEphemeralContainers(spec: PodSpec, path: string): FieldError[] {
  const names = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  const targets = new Set(names);
  return errorsOfItems(spec.ephemeralContainers, (container, i) => {
    const at = `${path}.ephemeralContainers[${i}]`;
    const errors = [...validateContainer(container, spec, at), ...uniqueName(container.name, names, at)];
    const target = container.targetContainerName;
    if (target && !targets.has(target)) errors.push(notFound(`${at}.targetContainerName`, target));
    for (const key of notInEphemeral)
      if (container[key] !== undefined)
        errors.push(forbidden(`${at}.${key}`, 'cannot be set for an Ephemeral Container'));
    return errors;
  });
}

const notInEphemeral = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const;

function uniqueName(name: string, names: Set<string>, path: string): FieldError[] {
  if (!name) return [];
  if (names.has(name)) return [duplicate(`${path}.name`, name)];
  names.add(name);
  return [];
}

const sidecarOnly = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const onlyForSidecars = (container: Container, path: string): FieldError[] =>
  sidecarOnly
    .filter((key) => container[key] !== undefined)
    .map((key) =>
      forbidden(`${path}.${key}`, 'may not be set for init containers without restartPolicy=Always'),
    );

function validateProbes(container: Container, path: string): FieldError[] {
  return [
    ...validateProbe(container.livenessProbe, `${path}.livenessProbe`, 'liveness'),
    ...validateProbe(container.readinessProbe, `${path}.readinessProbe`, 'readiness'),
    ...validateProbe(container.startupProbe, `${path}.startupProbe`, 'startup'),
  ];
}

type AnyContainer = Omit<Container, 'name'> & { name: string };

function validateContainer(container: AnyContainer, spec: PodSpec, path: string): FieldError[] {
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
  addAll(errors, validateMounts(container, spec, path));
  if (!imagePullPolicy) errors.push(required(`${path}.imagePullPolicy`));
  else if (!pullPolicies.includes(imagePullPolicy))
    errors.push(notSupported(`${path}.imagePullPolicy`, imagePullPolicy, pullPolicies));
  addAll(errors, validateResources(container.resources, `${path}.resources`));
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

function hostPortConflicts(containers: readonly Container[], path: string, offset = 0): FieldError[] {
  const taken = new Set<string>();
  return errorsOfItems(containers, (container, c) =>
    errorsOfItems(container.ports, ({ hostPort, hostIP = '', protocol }, p) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) return [duplicate(`${path}[${c + offset}].ports[${p}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

function validateMounts(container: AnyContainer, spec: PodSpec, path: string): FieldError[] {
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const points = new Set<string>();
  const errors = errorsOfItems(container.volumeMounts, (mount, i) => {
    const at = `${path}.volumeMounts[${i}]`;
    const found = validateMount(mount, volumes, container, at, `${path}.volumeMounts`);
    if (points.has(mount.mountPath))
      found.push(invalid(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    points.add(mount.mountPath);
    return found;
  });
  checkItems(errors, container.volumeDevices, ({ name, devicePath }, i) => {
    const at = `${path}.volumeDevices[${i}]`;
    if (!name) errors.push(required(`${at}.name`));
    else if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (!devicePath) errors.push(required(`${at}.devicePath`));
  });
  return errors;
}

function validateMount(
  mount: VolumeMount,
  volumes: ReadonlySet<string>,
  container: AnyContainer,
  path: string,
  // As upstream, some errors refer to the list instead of the item.
  listPath: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!mount.name) errors.push(required(`${path}.name`));
  if (!volumes.has(mount.name)) errors.push(notFound(`${path}.name`, mount.name ?? ''));
  if (!mount.mountPath) errors.push(required(`${path}.mountPath`));
  if (mount.subPath) addAll(errors, validateLocalDescendingPath(`${listPath}.subPath`, mount.subPath));
  if (mount.subPathExpr) {
    if (mount.subPath)
      errors.push(
        invalid(`${path}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      );
    addAll(errors, validateLocalDescendingPath(`${listPath}.subPathExpr`, mount.subPathExpr));
  }
  const propagation = mount.mountPropagation;
  if (propagation && !propagations.includes(propagation))
    errors.push(notSupported(`${listPath}.mountPropagation`, propagation, propagations));
  if (propagation === 'Bidirectional' && !container.securityContext?.privileged)
    errors.push(
      forbidden(
        `${listPath}.mountPropagation`,
        'Bidirectional mount propagation is available only to privileged containers',
      ),
    );
  return errors;
}
