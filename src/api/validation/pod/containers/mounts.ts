// Validates where a container mounts volumes and finds block devices.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by container.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { Container, VolumeDevice, VolumeMount } from '../../../kinds/core/v1/container.ts';
import type { Volume } from '../../../kinds/core/v1/volume.ts';
import {
  checkItems,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../field.ts';
import { validateLocalDescendingPath, validatePathNoBacksteps } from '../../paths.ts';

const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const recursions = ['Disabled', 'Enabled', 'IfPossible'];

type Mounting = Pick<Container, 'volumeMounts' | 'volumeDevices' | 'securityContext'>;
/** The valid volumes of the pod by name. */
export type Volumes = ReadonlyMap<string, Volume>;

export function validateMounts(container: Mounting, volumes: Volumes, path: string): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const mounted = placesOf(volumeMounts.map(({ name, mountPath }) => [name, mountPath]));
  const mapped = placesOf(volumeDevices.map(({ name, devicePath }) => [name, devicePath]));
  return [
    ...mountErrors(container, volumes, mapped, `${path}.volumeMounts`),
    ...deviceErrors(volumeDevices, volumes, mounted, `${path}.volumeDevices`),
  ];
}

interface Places {
  readonly names: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

/** Of several places of one volume, the last counts. */
function placesOf(entries: readonly (readonly [string | undefined, string | undefined])[]): Places {
  const byName = new Map(entries.map(([name = '', path = '']) => [name, path]));
  return { names: new Set(byName.keys()), paths: new Set(byName.values()) };
}

function mountErrors(container: Mounting, volumes: Volumes, mapped: Places, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const points = new Set<string>();
  checkItems(errors, container.volumeMounts, (mount, i) => {
    const at = `${path}[${i}]`;
    const { name = '', mountPath = '' } = mount;
    if (!name) errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (!mountPath) errors.push(required(`${at}.mountPath`));
    if (points.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    points.add(mountPath);
    if (mapped.names.has(name))
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (mapped.paths.has(mountPath))
      errors.push(invalid(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    addAll(errors, subPathErrors(mount, at, path));
    addAll(errors, propagationErrors(mount, container, `${path}.mountPropagation`));
    addAll(errors, recursionErrors(mount, `${path}.recursiveReadOnly`));
  });
  return errors;
}

/** As upstream, some errors refer to the list instead of the item. */
function subPathErrors({ subPath, subPathExpr }: VolumeMount, path: string, list: string): FieldError[] {
  const errors = subPath ? validateLocalDescendingPath(`${list}.subPath`, subPath) : [];
  if (!subPathExpr) return errors;
  if (subPath)
    errors.push(
      invalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
    );
  return [...errors, ...validateLocalDescendingPath(`${list}.subPathExpr`, subPathExpr)];
}

function propagationErrors(mount: VolumeMount, container: Mounting, path: string): FieldError[] {
  const { mountPropagation: propagation } = mount;
  if (propagation === undefined) return [];
  if (!propagations.includes(propagation)) return [notSupported(path, propagation, propagations)];
  return propagation === 'Bidirectional' && !container.securityContext?.privileged
    ? [forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')]
    : [];
}

function recursionErrors(mount: VolumeMount, path: string): FieldError[] {
  const { recursiveReadOnly, readOnly, mountPropagation = 'None' } = mount;
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return [];
  if (!recursions.includes(recursiveReadOnly)) return [notSupported(path, recursiveReadOnly, recursions)];
  const errors = readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')];
  if (mountPropagation !== 'None')
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
  return errors;
}

function deviceErrors(
  devices: readonly VolumeDevice[],
  volumes: Volumes,
  mounted: Places,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  checkItems(errors, devices, ({ name = '', devicePath = '' }, i) => {
    const about = { name: `${path}[${i}].name`, path: `${path}[${i}].devicePath` };
    const volume = volumes.get(name);
    if (!name) errors.push(required(about.name));
    if (names.has(name)) errors.push(invalid(about.name, name, 'must be unique'));
    if (!volume) errors.push(notFound(about.name, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(
        invalid(
          about.name,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
    if (!devicePath) errors.push(required(about.path));
    if (paths.has(devicePath)) errors.push(invalid(about.path, devicePath, 'must be unique'));
    if (validatePathNoBacksteps(about.path, devicePath).length > 0)
      errors.push(invalid(about.path, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounted.names.has(name))
      errors.push(invalid(about.name, name, 'must not already exist in volumeMounts'));
    if (mounted.paths.has(devicePath))
      errors.push(invalid(about.path, devicePath, 'must not already exist as a path in volumeMounts'));
    if (name) names.add(name);
  });
  return errors;
}
