import { resource } from '../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, required, string, struct } from '../../schema/notation.ts';

export const LimitRangeItem = struct('io.k8s.api.core.v1.LimitRangeItem', {
  default: map(4, amount),
  defaultRequest: map(5, amount),
  max: map(2, amount),
  maxLimitRequestRatio: map(6, amount),
  min: map(3, amount),
  type: required(string(1, { emit: 'always' })),
});
export interface LimitRangeItem extends Of<typeof LimitRangeItem> {}

export const LimitRangeSpec = struct('io.k8s.api.core.v1.LimitRangeSpec', {
  limits: required(list(1, LimitRangeItem, { emit: 'always', listType: 'atomic' })),
});
export interface LimitRangeSpec extends Of<typeof LimitRangeSpec> {}

export const LimitRange = resource(
  'io.k8s.api.core.v1.LimitRange',
  {
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
