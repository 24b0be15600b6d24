// A driver's volume, as far as it can grow on the node. Upstream: pkg/volume/csi/expander.go.
import { nodeExpandVolume } from '../../../../csi/messages/node.ts';
import { podUid } from '../../../pod.ts';
import { type Growing, NotSupported } from '../../expansion/expansion.ts';
import type { VolumeRequest } from '../../plugin.ts';
import type { CsiEnvironment } from '../environment.ts';
import { stagingPathOf, targetPathOf } from '../paths.ts';
import type { CsiSource } from '../source.ts';
import { capabilityFor, driverFor } from './operations.ts';
import { secretsOf } from './pod-context.ts';

export const growing = (environment: CsiEnvironment, source: CsiSource): Growing => ({
  specName: source.specName,
  isBlock: source.isBlock,
  readOnly: source.readOnly,
  failure: 'Expander.NodeExpand failed to expand the volume',
  grow: (request, bytes) => expand(environment, source, request, bytes),
});

async function expand(
  environment: CsiEnvironment,
  source: CsiSource,
  { pod }: VolumeRequest,
  requiredBytes: number,
): Promise<void> {
  const { paths } = environment;
  const driver = driverFor(environment, source, 'Expander.NodeExpand failed to get CSI client');
  if (!(await driver.has('EXPAND_VOLUME')))
    throw new NotSupported(`NodeExpand is not supported by the CSI driver ${source.driver}`);
  const secrets = await secretsOf(environment, source.expandSecret, 'NodeExpandSecretRef');
  const stages = await driver.has('STAGE_UNSTAGE_VOLUME');
  await driver.call(nodeExpandVolume, {
    volumeId: source.handle,
    volumePath: paths.for(driver, targetPathOf(source, podUid(pod))),
    capacityRange: { requiredBytes, limitBytes: 0 },
    stagingTargetPath: stages ? paths.for(driver, stagingPathOf(source)) : '',
    volumeCapability: await capabilityFor(driver, source),
    secrets,
  });
}
