import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref } from '../../../schema/notation.ts';
import { PodTemplateSpec } from './pod-spec.ts';

export const PodTemplate = resource(
  'io.k8s.api.core.v1.PodTemplate',
  {
    doc: 'Template from which pods can be created.',
    group: '',
    version: 'v1',
    kind: 'PodTemplate',
    plural: 'podtemplates',
    singular: 'podtemplate',
    namespaced: true,
    storageVersionHash: 'LIXB2x4IFpk=',
  },
  {
    template: ref(2, PodTemplateSpec, { doc: 'Template of the pods.', emit: 'always' }),
  },
);
export interface PodTemplate extends Of<typeof PodTemplate> {}
