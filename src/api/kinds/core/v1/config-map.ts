import { resource } from '../../../meta/v1/resource.ts';
import { binary, boolean, map, type Of, text } from '../../../schema/notation.ts';

export const ConfigMap = resource(
  'io.k8s.api.core.v1.ConfigMap',
  {
    doc: 'Holds configuration data for pods to consume.',
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
    binaryData: map(3, binary, { doc: 'Binary data by key, in base64. Keys must not occur in data.' }),
    data: map(2, text, { doc: 'Configuration data by key, as UTF-8 text.' }),
    immutable: boolean(4, {
      doc: 'If true, the data cannot be changed; only the object can be deleted.',
      emit: 'if-set',
    }),
  },
);
export interface ConfigMap extends Of<typeof ConfigMap> {}
