// image: the files of an OCI image, mounted by the runtime itself, read-only.
import type { VolumePlugin } from '../plugin.ts';

export const imagePlugin: VolumePlugin = {
  name: 'kubernetes.io~image',
  supports: ({ volume }) => volume.image !== undefined,
  setUp: async ({ spec }) => ({ image: spec.volume.image?.reference ?? '' }),
  found: async () => [],
  tearDown: async () => {},
};
