// The four steps of a volume on the node: staged once for all pods, published for each, and both undone. Each makes the places that the
// driver needs and notes what it does before the driver is called, and each may be repeated. Which step is due decides csi-volume.ts.
// Upstream: pkg/volume/csi/csi_attacher.go, csi_mounter.go and csi_block.go.
import { basename, dirname } from 'node:path';
import { attachmentNameOf } from '../../../../api/volumes/attachment.ts';
import {
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from '../../../../csi/messages/node.ts';
import type { StringMap } from '../../../../csi/messages/volume.ts';
import type { DriverClient } from '../../../csi/driver-client.ts';
import { inside, type NodePath, parentOf } from '../../../files/node-files.ts';
import { type Pod, podUid, specOf } from '../../../pod.ts';
import { during, type OperationError } from '../../operation-error.ts';
import type { CsiEnvironment } from '../environment.ts';
import { failed } from '../errors.ts';
import {
  type CsiPaths,
  podDeviceOf,
  podVolumeOf,
  publishDirectoryOf,
  stageDataOf,
  stageDirectoryOf,
  stagingPathOf,
  targetPathOf,
  type VolumeIdentity,
} from '../paths.ts';
import type { CsiSource } from '../source.ts';
import { writeVolumeData } from '../volume-data.ts';
import { capabilityOf } from './capability.ts';
import { applyGroup } from './fs-group.ts';
import { publishContextOf, secretsOf } from './pod-context.ts';

/** For directories above what drivers mount. */
const DIRECTORY = { mode: 0o750 };

/** What the volume's attachment says; undefined when it is not attached. */
export type PublishInfo = StringMap | undefined;

export async function stage(
  environment: CsiEnvironment,
  pod: Pod,
  source: CsiSource,
  info: PublishInfo,
): Promise<void> {
  const operation = source.isBlock ? 'MapVolume.SetUpDevice failed' : 'MountVolume.MountDevice failed';
  await during(operation, stageWith(environment, pod, source, info)).catch(async (error: OperationError) => {
    if (error.leaves === 'nothing') await removeStage(environment, source).catch(() => {});
    throw error;
  });
}

async function stageWith(
  environment: CsiEnvironment,
  pod: Pod,
  source: CsiSource,
  info: PublishInfo,
): Promise<void> {
  const { files, paths, nodeName } = environment;
  const driver = driverFor(
    environment,
    source,
    source.isBlock
      ? 'blockMapper.SetUpDevice failed to get CSI client'
      : 'attacher.MountDevice failed to create newCsiDriverClient',
  );
  const stages = await driver.has('STAGE_UNSTAGE_VOLUME');
  const { handle: volumeHandle, driver: driverName, specName: specVolID } = source;
  if (!stages && !source.isBlock) return;
  const attachmentID = attachmentNameOf(source, nodeName);
  const data = { volumeHandle, driverName, ...(source.isBlock && { specVolID, nodeName, attachmentID }) };
  await makeDirectory(environment, stageDataOf(source));
  await writeVolumeData(files, paths.file(stageDataOf(source)), data);
  if (!stages) return;
  const secrets = await secretsOf(environment, source.stageSecret, 'NodeStageSecretRef');
  await makeDirectory(environment, stagingPathOf(source));
  await driver.call(nodeStageVolume, {
    volumeId: source.handle,
    publishContext: info ?? {},
    stagingTargetPath: paths.for(driver, stagingPathOf(source)),
    volumeCapability: await capabilityFor(driver, source, pod),
    secrets,
    volumeContext: source.attributes,
  });
}

export interface PublishOptions {
  /** It is published already, by this kubelet or an earlier one: whatever fails, what the pod has stays. */
  readonly isThere: boolean;
  /** Only the driver is to look again. */
  readonly isRepeated: boolean;
}

export async function publish(
  environment: CsiEnvironment,
  pod: Pod,
  source: CsiSource,
  info: PublishInfo,
  { isThere, isRepeated }: PublishOptions,
): Promise<void> {
  const operation = source.isBlock ? 'MapVolume.MapPodDevice failed' : 'MountVolume.SetUp failed';
  await during(operation, publishWith(environment, pod, source, info)).catch(
    async (error: OperationError) => {
      if (error.leaves === 'nothing' && !isThere)
        await removeTarget(environment, source, podUid(pod)).catch(() => {});
      throw error;
    },
  );
  if (isRepeated) return;
  // The driver has done its part: what fails now leaves the volume to be taken down.
  const after = source.isBlock ? linkDevice(environment, pod, source) : applyGroup(environment, pod, source);
  await during(operation, after, 'something');
}

async function publishWith(
  environment: CsiEnvironment,
  pod: Pod,
  source: CsiSource,
  info: PublishInfo,
): Promise<void> {
  const { files, paths, nodeName } = environment;
  const method = source.isBlock ? 'blockMapper.MapPodDevice' : 'mounter.SetUpAt';
  const driver = driverFor(environment, source, `${method} failed to get CSI client`);
  const csiDriver = await environment.csiDriver(source.driver);
  checkLifecycle(source, csiDriver?.spec.volumeLifecycleModes ?? (csiDriver ? ['Persistent'] : undefined));
  const stages = await driver.has('STAGE_UNSTAGE_VOLUME');
  const { volumeContext, secrets } = await publishContextOf(environment, pod, source, csiDriver);
  const target = targetPathOf(source, podUid(pod));
  await makeDirectory(environment, dirname(target));
  if (!source.isBlock)
    await writeVolumeData(files, paths.file(podVolumeOf(source, podUid(pod))), {
      specVolID: source.specName,
      volumeHandle: source.handle,
      driverName: source.driver,
      nodeName,
      volumeLifecycleMode: source.isEphemeral ? 'Ephemeral' : 'Persistent',
      attachmentID: attachmentNameOf(source, nodeName),
    });
  await driver.call(nodePublishVolume, {
    volumeId: source.handle,
    publishContext: info ?? {},
    stagingTargetPath: stages && !source.isEphemeral ? paths.for(driver, stagingPathOf(source)) : '',
    targetPath: paths.for(driver, target),
    volumeCapability: await capabilityFor(driver, source, pod),
    readonly: source.readOnly,
    secrets,
    volumeContext,
  });
}

/** What was published may be gone already. */
export async function unpublish(environment: CsiEnvironment, id: VolumeIdentity, uid: string): Promise<void> {
  const operation = id.isBlock ? 'UnmapVolume.UnmapPodDevice failed' : 'UnmountVolume.TearDown failed';
  const driver = driverFor(environment, id, 'Unmounter.TearDownAt failed to get CSI client');
  const targetPath = environment.paths.for(driver, targetPathOf(id, uid));
  if (id.isBlock) await environment.files.removeTree(deviceLink(environment.paths, id, uid));
  await during(operation, driver.call(nodeUnpublishVolume, { volumeId: id.handle, targetPath }));
  await removeTarget(environment, id, uid);
}

export async function unstage(environment: CsiEnvironment, id: VolumeIdentity): Promise<void> {
  const driver = driverFor(environment, id, 'attacher.UnmountDevice failed to create newCsiDriverClient');
  if (await driver.has('STAGE_UNSTAGE_VOLUME'))
    await during(
      id.isBlock ? 'UnmapDevice.TearDownDevice failed' : 'UnmountDevice failed',
      driver.call(nodeUnstageVolume, {
        volumeId: id.handle,
        stagingTargetPath: environment.paths.for(driver, stagingPathOf(id)),
      }),
    );
  await removeStage(environment, id);
}

export function driverFor(
  { drivers }: CsiEnvironment,
  { driver }: VolumeIdentity,
  what: string,
): DriverClient {
  try {
    return drivers.get(driver);
  } catch (error) {
    throw failed(what, error);
  }
}

/** Drivers that give the files to the pod's group are told which. */
export async function capabilityFor(driver: DriverClient, source: CsiSource, pod?: Pod) {
  const isFine = await driver.has('SINGLE_NODE_MULTI_WRITER');
  const group = pod && specOf(pod).securityContext?.fsGroup;
  const gives = group !== undefined && (await driver.has('VOLUME_MOUNT_GROUP'));
  return capabilityOf(source, isFine, gives ? group : undefined);
}

/** Without a CSIDriver only persistent volumes are known to be possible. */
function checkLifecycle({ driver, isEphemeral }: CsiSource, modes: readonly string[] | undefined): void {
  const mode = isEphemeral ? 'Ephemeral' : 'Persistent';
  if (modes ? modes.includes(mode) : !isEphemeral) return;
  const why = modes
    ? `only supports [${modes.map((one) => JSON.stringify(one)).join(' ')}]`
    : 'no CSIDriver object';
  throw new Error(
    `kubernetes.io/csi: mounter.SetupAt failed to check volume lifecycle mode: volume mode "${mode}" not supported by driver ${driver} (${why})`,
  );
}

/** By this link the next kubelet finds what the pod has. */
async function linkDevice({ files, paths }: CsiEnvironment, pod: Pod, source: CsiSource): Promise<void> {
  const link = deviceLink(paths, source, podUid(pod));
  const target = paths.text(targetPathOf(source, podUid(pod)));
  if ((await files.readLink(link)) === target) return;
  await files.makeDirectory(parentOf(link));
  await files.removeTree(link);
  await files.link(link, target);
}

/** The link itself, not what it leads to. */
function deviceLink(paths: CsiPaths, id: VolumeIdentity, uid: string): NodePath {
  const place = podDeviceOf(id, uid);
  return inside(paths.file(dirname(place)), basename(place));
}

async function makeDirectory({ files, paths }: CsiEnvironment, place: string): Promise<void> {
  if (await files.makeDirectory(paths.file(place))) await files.setAccess(paths.file(place), DIRECTORY);
}

/** The driver should have removed the target itself. What it has left mounted stays, and keeps the pod's directory. */
async function removeTarget(environment: CsiEnvironment, id: VolumeIdentity, uid: string): Promise<void> {
  const { files, paths } = environment;
  const target = targetPathOf(id, uid);
  if (await isMounted(environment, target)) return;
  if (id.isBlock) return files.removeTree(paths.file(target));
  await files.removeDirectories(paths.file(target));
  await files.removeTree(paths.file(podVolumeOf(id, uid)));
}

async function removeStage(environment: CsiEnvironment, id: VolumeIdentity): Promise<void> {
  const { files, paths } = environment;
  if (await isMounted(environment, stagingPathOf(id))) return;
  if (id.isBlock) {
    await files.removeDirectories(paths.file(publishDirectoryOf(id)));
    await files.removeTree(paths.file(stagingPathOf(id)));
  } else await files.removeDirectories(paths.file(stagingPathOf(id)));
  await files.removeTree(paths.file(stageDirectoryOf(id)));
}

async function isMounted({ files, paths }: CsiEnvironment, place: string): Promise<boolean> {
  return (await files.mountsIn(paths.file(place))).length > 0;
}
