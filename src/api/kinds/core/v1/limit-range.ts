import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const LimitRangeItem = struct(
  'io.k8s.api.core.v1.LimitRangeItem',
  {
    default: map(4, amount, { doc: 'Default limits for containers that specify none, by resource.' }),
    defaultRequest: map(5, amount, {
      doc: 'Default requests for containers that specify none, by resource.',
    }),
    max: map(2, amount, { doc: 'Maximum amounts by resource.' }),
    maxLimitRequestRatio: map(6, amount, { doc: 'Maximum ratio of limit to request by resource.' }),
    min: map(3, amount, { doc: 'Minimum amounts by resource.' }),
    type: required(
      string(1, {
        doc: 'Type that the constraint applies to: Pod, Container or PersistentVolumeClaim.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Minimum, maximum and default amounts for one type of object.' },
);
export interface LimitRangeItem extends Of<typeof LimitRangeItem> {}

export const LimitRangeSpec = struct(
  'io.k8s.api.core.v1.LimitRangeSpec',
  {
    limits: required(
      list(1, LimitRangeItem, {
        doc: 'Constraints by type of object.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Constraints that are enforced.' },
);
export interface LimitRangeSpec extends Of<typeof LimitRangeSpec> {}

export const LimitRange = resource(
  'io.k8s.api.core.v1.LimitRange',
  {
    doc: 'Constrains the resources of each pod, container or claim in a namespace, and sets defaults.',
    group: '',
    version: 'v1',
    kind: 'LimitRange',
    plural: 'limitranges',
    singular: 'limitrange',
    namespaced: true,
    shortNames: ['limits'],
    storageVersionHash: 'EBKMFVe6cwo=',
  },
  {
    spec: ref(2, LimitRangeSpec, { emit: 'always' }),
  },
);
export interface LimitRange extends Of<typeof LimitRange> {}
