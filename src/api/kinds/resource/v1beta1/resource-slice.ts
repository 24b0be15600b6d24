import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required } from '../../../schema/notation.ts';
import { ResourceSlice as V1ResourceSlice } from '../v1/resource-slice.ts';
import { ResourceSliceSpec } from './device.ts';

export const ResourceSlice = resource(
  'io.k8s.api.resource.v1beta1.ResourceSlice',
  { ...V1ResourceSlice.resource, version: 'v1beta1', like: V1ResourceSlice, hasOtherFields: true },
  {
    spec: required(ref(2, ResourceSliceSpec, { emit: 'always' })),
  },
);
export interface ResourceSlice extends Of<typeof ResourceSlice> {}
