import { resource } from '../../meta/v1/resource.ts';
import { boolean, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const NonResourceRule = struct('io.k8s.api.authorization.v1.NonResourceRule', {
  nonResourceURLs: list(2, text, { listType: 'atomic' }),
  verbs: required(list(1, text, { emit: 'always', listType: 'atomic' })),
});
export interface NonResourceRule extends Of<typeof NonResourceRule> {}

export const ResourceRule = struct('io.k8s.api.authorization.v1.ResourceRule', {
  apiGroups: list(2, text, { listType: 'atomic' }),
  resourceNames: list(4, text, { listType: 'atomic' }),
  resources: list(3, text, { listType: 'atomic' }),
  verbs: required(list(1, text, { emit: 'always', listType: 'atomic' })),
});
export interface ResourceRule extends Of<typeof ResourceRule> {}

export const SelfSubjectRulesReviewSpec = struct('io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec', {
  namespace: string(1),
});
export interface SelfSubjectRulesReviewSpec extends Of<typeof SelfSubjectRulesReviewSpec> {}

export const SubjectRulesReviewStatus = struct('io.k8s.api.authorization.v1.SubjectRulesReviewStatus', {
  evaluationError: string(4),
  incomplete: required(boolean(3, { emit: 'always' })),
  nonResourceRules: required(list(2, NonResourceRule, { emit: 'always', listType: 'atomic' })),
  resourceRules: required(list(1, ResourceRule, { emit: 'always', listType: 'atomic' })),
});
export interface SubjectRulesReviewStatus extends Of<typeof SubjectRulesReviewStatus> {}

export const SelfSubjectRulesReview = resource(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  {
    doc: 'What may I do in this namespace?',
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    singular: 'selfsubjectrulesreview',
    namespaced: false,
    verbs: ['create'],
  },
  {
    spec: required(ref(2, SelfSubjectRulesReviewSpec, { emit: 'always' })),
    status: ref(3, SubjectRulesReviewStatus, { emit: 'always' }),
  },
);
export interface SelfSubjectRulesReview extends Of<typeof SelfSubjectRulesReview> {}
