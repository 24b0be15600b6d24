// CreateVolume: the same name is the same volume. What a new one has in it is made by contents.ts.
import type { CreateVolumeRequest } from '../../csi/messages/controller.ts';
import type { CsiVolume, VolumeContentSource } from '../../csi/messages/volume.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { checkName, TOPOLOGY_KEY } from '../names.ts';
import { checkCapabilities, type Usage } from '../volumes/capabilities.ts';
import type { Disk } from '../volumes/disk.ts';
import type { Source, VolumeRecord } from '../volumes/records.ts';
import { suits } from '../volumes/sizes.ts';
import { makeContents } from './contents.ts';

export async function createVolume(disk: Disk, request: CreateVolumeRequest): Promise<CsiVolume> {
  const name = checkName(request.name);
  const usage = checkCapabilities(request.volumeCapabilities);
  checkPlace(disk, request);
  checkParameters(request);
  const range = request.capacityRange;
  const source = sourceOf(disk, request.volumeContentSource);
  return disk.turn([{ kind: 'volume', name }, ...(source ? [source] : [])], async () => {
    const found = await disk.volumes.records.read(name);
    if (found) return answer(disk, name, checkSame(found, request, usage, source));
    const record = await makeContents(disk, { name, usage, range, source });
    await disk.volumes.records.write(name, record);
    return answer(disk, name, record);
  });
}

export const answer = (disk: Disk, name: string, record: VolumeRecord): CsiVolume => ({
  volumeId: disk.id(name),
  capacityBytes: record.bytes,
  volumeContext: {},
  contentSource: record.source && contentSource(disk, record.source),
  accessibleTopology: [{ segments: { [TOPOLOGY_KEY]: disk.node } }],
});

const contentSource = (disk: Disk, { kind, name }: Source): VolumeContentSource => ({
  snapshot: kind === 'snapshot' ? { snapshotId: disk.id(name) } : undefined,
  volume: kind === 'volume' ? { volumeId: disk.id(name) } : undefined,
});

function checkPlace(disk: Disk, { accessibilityRequirements }: CreateVolumeRequest): void {
  const requisite = accessibilityRequirements?.requisite ?? [];
  if (requisite.length > 0 && !requisite.some(({ segments }) => segments[TOPOLOGY_KEY] === disk.node))
    throw new GrpcError('resourceExhausted', `volumes of node ${disk.node} are accessible there only`);
}

/** Those with Kubernetes' prefix are the provisioner's; the driver has none of its own. */
function checkParameters({ parameters, mutableParameters }: CreateVolumeRequest): void {
  const keys = [...Object.keys(parameters), ...Object.keys(mutableParameters)];
  const unknown = keys.find((key) => !key.startsWith('csi.storage.k8s.io/'));
  if (unknown !== undefined)
    throw new GrpcError('invalidArgument', `parameter ${JSON.stringify(unknown.slice(0, 64))} is unknown`);
}

function sourceOf(disk: Disk, source: VolumeContentSource | undefined): Source | undefined {
  const { snapshot, volume } = source ?? {};
  if (snapshot) return { kind: 'snapshot', name: disk.existing('snapshot', snapshot.snapshotId) };
  return volume && { kind: 'volume', name: disk.existing('volume', volume.volumeId) };
}

function checkSame(
  found: VolumeRecord,
  { name, capacityRange }: CreateVolumeRequest,
  usage: Usage,
  source: Source | undefined,
): VolumeRecord {
  const same =
    suits(found.bytes, capacityRange) &&
    (usage === '' ? found.type !== 'block' : found.type === usage) &&
    found.source?.kind === source?.kind &&
    found.source?.name === source?.name;
  if (same) return found;
  throw new GrpcError('alreadyExists', `there is another volume ${name} already`);
}
