// What the node authorizer reads. Called by assemble.ts.
import { PodCertificateRequest } from '../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { NodeCaches } from './node-authorizer.ts';

export function nodeCaches(resources: ResourceTable): NodeCaches {
  const { group, version, plural } = PodCertificateRequest.resource;
  const hasRequests = resources.get(group, version, plural) !== undefined;
  return {
    pods: resources.stored(Pod).cache,
    claims: resources.stored(PersistentVolumeClaim).cache,
    volumes: resources.stored(PersistentVolume).cache,
    attachments: resources.stored(VolumeAttachment).cache,
    slices: resources.stored(ResourceSlice).cache,
    certificateRequests: hasRequests ? resources.stored(PodCertificateRequest).cache : undefined,
  };
}
