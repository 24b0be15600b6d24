import { FieldSelectorRequirement, LabelSelectorRequirement } from '../../meta/v1/label-selector.ts';
import {
  boolean,
  list,
  listOf,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../schema/notation.ts';

export const FieldSelectorAttributes = struct('io.k8s.api.authorization.v1.FieldSelectorAttributes', {
  rawSelector: string(1),
  requirements: list(2, FieldSelectorRequirement, { listType: 'atomic' }),
});
export interface FieldSelectorAttributes extends Of<typeof FieldSelectorAttributes> {}

export const LabelSelectorAttributes = struct('io.k8s.api.authorization.v1.LabelSelectorAttributes', {
  rawSelector: string(1),
  requirements: list(2, LabelSelectorRequirement, { listType: 'atomic' }),
});
export interface LabelSelectorAttributes extends Of<typeof LabelSelectorAttributes> {}

export const NonResourceAttributes = struct('io.k8s.api.authorization.v1.NonResourceAttributes', {
  path: string(1),
  verb: string(2),
});
export interface NonResourceAttributes extends Of<typeof NonResourceAttributes> {}

export const ResourceAttributes = struct('io.k8s.api.authorization.v1.ResourceAttributes', {
  fieldSelector: ref(8, FieldSelectorAttributes, { emit: 'if-set' }),
  group: string(3),
  labelSelector: ref(9, LabelSelectorAttributes, { emit: 'if-set' }),
  name: string(7),
  namespace: string(1),
  resource: string(5),
  subresource: string(6),
  verb: string(2),
  version: string(4),
});
export interface ResourceAttributes extends Of<typeof ResourceAttributes> {}

export const SubjectAccessReviewSpec = struct('io.k8s.api.authorization.v1.SubjectAccessReviewSpec', {
  extra: map(5, listOf(text)),
  groups: list(4, text, { listType: 'atomic' }),
  nonResourceAttributes: ref(2, NonResourceAttributes, { emit: 'if-set' }),
  resourceAttributes: ref(1, ResourceAttributes, { emit: 'if-set' }),
  uid: string(6),
  user: string(3),
});
export interface SubjectAccessReviewSpec extends Of<typeof SubjectAccessReviewSpec> {}

export const SubjectAccessReviewStatus = struct('io.k8s.api.authorization.v1.SubjectAccessReviewStatus', {
  allowed: required(boolean(1, { emit: 'always' })),
  denied: boolean(4),
  evaluationError: string(3),
  reason: string(2),
});
export interface SubjectAccessReviewStatus extends Of<typeof SubjectAccessReviewStatus> {}
