import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const LimitRangeItem = struct(
  'io.k8s.api.core.v1.LimitRangeItem',
  {
    default: map(4, amount, { doc: 'The limit of those that have none.' }),
    defaultRequest: map(5, amount, { doc: 'The request of those that have none.' }),
    max: map(2, amount, { doc: 'The most that is allowed.' }),
    maxLimitRequestRatio: map(6, amount, { doc: 'How many times the request the limit may be.' }),
    min: map(3, amount, { doc: 'The least that is allowed.' }),
    type: required(string(1, { doc: 'Pod, Container or PersistentVolumeClaim.', emit: 'always' })),
  },
  { doc: 'Limits for one type of thing.' },
);
export interface LimitRangeItem extends Of<typeof LimitRangeItem> {}

export const LimitRangeSpec = struct(
  'io.k8s.api.core.v1.LimitRangeSpec',
  {
    limits: required(
      list(1, LimitRangeItem, {
        doc: 'Limits and defaults, by kind of thing.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'The limits that hold in the namespace.' },
);
export interface LimitRangeSpec extends Of<typeof LimitRangeSpec> {}

export const LimitRange = resource(
  'io.k8s.api.core.v1.LimitRange',
  {
    doc: 'Limits and defaults for single pods, containers and claims of a namespace.',
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
