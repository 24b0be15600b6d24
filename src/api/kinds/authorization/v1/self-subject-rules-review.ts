import { resource } from '../../../meta/v1/resource.ts';
import { boolean, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const NonResourceRule = struct(
  'io.k8s.api.authorization.v1.NonResourceRule',
  {
    nonResourceURLs: list(2, text, { doc: 'The paths; a * may stand at the end.', listType: 'atomic' }),
    verbs: required(
      list(1, text, {
        doc: 'The HTTP methods in small letters; * stands for all.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Paths outside the API that may be asked.' },
);
export interface NonResourceRule extends Of<typeof NonResourceRule> {}

export const ResourceRule = struct(
  'io.k8s.api.authorization.v1.ResourceRule',
  {
    apiGroups: list(2, text, { doc: 'The API groups; * stands for all.', listType: 'atomic' }),
    resourceNames: list(4, text, {
      doc: 'The names of the objects; any name when empty.',
      listType: 'atomic',
    }),
    resources: list(3, text, { doc: 'Resources and subresources; * stands for all.', listType: 'atomic' }),
    verbs: required(
      list(1, text, { doc: 'What may be done; * stands for all.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'What may be done with objects of the API.' },
);
export interface ResourceRule extends Of<typeof ResourceRule> {}

export const SelfSubjectRulesReviewSpec = struct(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec',
  {
    namespace: string(1, { doc: 'The namespace to look at.' }),
  },
  { doc: 'Where the asker wants to do something.' },
);
export interface SelfSubjectRulesReviewSpec extends Of<typeof SelfSubjectRulesReviewSpec> {}

export const SubjectRulesReviewStatus = struct(
  'io.k8s.api.authorization.v1.SubjectRulesReviewStatus',
  {
    evaluationError: string(4, { doc: 'What went wrong on the way; the lists may lack something.' }),
    incomplete: required(boolean(3, { doc: 'Whether the lists may lack something.', emit: 'always' })),
    nonResourceRules: required(
      list(2, NonResourceRule, {
        doc: 'The paths outside the API, in no special order.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    resourceRules: required(
      list(1, ResourceRule, {
        doc: 'The objects of the API, in no special order.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'What the asker may do.' },
);
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
