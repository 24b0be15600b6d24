// What an earlier kubelet has left on the node: volumes published to pods, and volumes staged. Read from the files beside them; whether
// something is really mounted there only the driver can say.
import type { CsiEnvironment } from './environment.ts';
import { places, type VolumeIdentity } from './paths.ts';
import { readVolumeData, type VolumeData } from './volume-data.ts';

export interface FoundVolumes {
  readonly published: readonly {
    readonly uid: string;
    readonly id: VolumeIdentity;
    readonly isEphemeral: boolean;
  }[];
  readonly staged: readonly VolumeIdentity[];
}

type Places = Pick<CsiEnvironment, 'files' | 'paths'>;

export async function foundVolumes(environment: Places): Promise<FoundVolumes> {
  const { files, paths } = environment;
  const published: FoundVolumes['published'][number][] = [];
  for (const uid of await files.list(paths.file(places.pods))) {
    for (const { place, specName, isBlock } of await podPlaces(environment, uid)) {
      const data = await readVolumeData(files, paths.file(place));
      if (data)
        published.push({
          uid,
          id: identityOf(data, specName, isBlock),
          isEphemeral: data.volumeLifecycleMode === 'Ephemeral',
        });
    }
  }
  return { published, staged: await stagedVolumes(environment) };
}

/** Names of the volumes in the pod's directories, whatever is in them. */
export async function namesOnDisk({ files, paths }: Places, uid: string): Promise<string[]> {
  return [
    ...(await files.list(paths.file(places.podVolumes(uid)))),
    ...(await files.list(paths.file(places.podDevices(uid)))),
  ];
}

/** Whether there is anything to be found. */
export async function hasVolumes({ files, paths }: Places): Promise<boolean> {
  if ((await files.list(paths.file(places.stages))).length > 0) return true;
  for (const uid of await files.list(paths.file(places.pods)))
    if ((await files.list(paths.file(places.podVolumes(uid)))).length > 0) return true;
  return false;
}

async function podPlaces({ files, paths }: Places, uid: string) {
  const volumes = await files.list(paths.file(places.podVolumes(uid)));
  const devices = await files.list(paths.file(places.podDevices(uid)));
  return [
    ...volumes.map((specName) => ({
      specName,
      place: `${places.podVolumes(uid)}/${specName}`,
      isBlock: false,
    })),
    ...devices.map((specName) => ({ specName, place: places.deviceData(specName), isBlock: true })),
  ];
}

/** PLUGIN/DRIVER/HASH for file systems, PLUGIN/volumeDevices/NAME for devices. */
async function stagedVolumes({ files, paths }: Places): Promise<VolumeIdentity[]> {
  const found: VolumeIdentity[] = [];
  for (const driver of await files.list(paths.file(places.stages))) {
    const isBlock = driver === 'volumeDevices';
    for (const name of await files.list(paths.file(`${places.stages}/${driver}`))) {
      const place = isBlock ? places.deviceData(name) : `${places.stages}/${driver}/${name}`;
      const data = await readVolumeData(files, paths.file(place));
      if (data) found.push(identityOf(data, isBlock ? name : (data.specVolID ?? ''), isBlock));
    }
  }
  return found;
}

const identityOf = (
  { driverName: driver, volumeHandle: handle }: VolumeData,
  specName: string,
  isBlock: boolean,
): VolumeIdentity => ({ driver, handle, specName, isBlock });
