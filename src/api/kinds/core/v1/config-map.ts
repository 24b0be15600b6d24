import { resource } from '../../../meta/v1/resource.ts';
import { binary, boolean, map, type Of, text } from '../../../schema/notation.ts';

export const ConfigMap = resource(
  'io.k8s.api.core.v1.ConfigMap',
  {
    doc: 'Settings that pods can read as files or environment variables.',
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    singular: 'configmap',
    namespaced: true,
    shortNames: ['cm'],
    storageVersionHash: 'qFsyl6wFWjQ=',
  },
  {
    binaryData: map(3, binary, { doc: 'Bytes by key, in base64.' }),
    data: map(2, text, { doc: 'Texts by key.' }),
    immutable: boolean(4, { doc: 'Never change it again.', emit: 'if-set' }),
  },
);
export interface ConfigMap extends Of<typeof ConfigMap> {}
