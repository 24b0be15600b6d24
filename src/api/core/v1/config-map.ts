import { resource } from '../../meta/v1/resource.ts';
import { binary, boolean, map, type Of, text } from '../../schema/notation.ts';

export const ConfigMap = resource(
  'io.k8s.api.core.v1.ConfigMap',
  {
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
    binaryData: map(3, binary),
    data: map(2, text),
    immutable: boolean(4, { emit: 'if-set' }),
  },
);
export interface ConfigMap extends Of<typeof ConfigMap> {}
