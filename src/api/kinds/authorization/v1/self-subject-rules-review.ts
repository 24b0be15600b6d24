import { resource } from '../../../meta/v1/resource.ts';
import { boolean, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const NonResourceRule = struct(
  'io.k8s.api.authorization.v1.NonResourceRule',
  {
    nonResourceURLs: list(2, text, {
      doc: 'URL paths. * is allowed as the last segment of a path.',
      listType: 'atomic',
    }),
    verbs: required(
      list(1, text, {
        doc: 'HTTP methods in lower case. * means all methods.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'URL paths that the user may access.' },
);
export interface NonResourceRule extends Of<typeof NonResourceRule> {}

export const ResourceRule = struct(
  'io.k8s.api.authorization.v1.ResourceRule',
  {
    apiGroups: list(2, text, { doc: 'API groups of the resources. * means all groups.', listType: 'atomic' }),
    resourceNames: list(4, text, {
      doc: 'Names of the objects the rule covers. An empty list allows every name.',
      listType: 'atomic',
    }),
    resources: list(3, text, {
      doc: 'Resources and subresources. * means all resources.',
      listType: 'atomic',
    }),
    verbs: required(
      list(1, text, {
        doc: 'Verbs that are allowed. * means all verbs.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Actions that the user may perform on API resources.' },
);
export interface ResourceRule extends Of<typeof ResourceRule> {}

export const SelfSubjectRulesReviewSpec = struct(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec',
  {
    namespace: string(1, { doc: 'Namespace to evaluate the rules for.' }),
  },
  { doc: 'Namespace to evaluate the rules for.' },
);
export interface SelfSubjectRulesReviewSpec extends Of<typeof SelfSubjectRulesReviewSpec> {}

export const SubjectRulesReviewStatus = struct(
  'io.k8s.api.authorization.v1.SubjectRulesReviewStatus',
  {
    evaluationError: string(4, {
      doc: 'Error that occurred during evaluation. The lists may be incomplete.',
    }),
    incomplete: required(
      boolean(3, {
        doc: 'Whether the lists are incomplete, for example because an authorizer does not support enumeration.',
        emit: 'always',
      }),
    ),
    nonResourceRules: required(
      list(2, NonResourceRule, {
        doc: 'Allowed URL paths, in no particular order.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    resourceRules: required(
      list(1, ResourceRule, {
        doc: 'Allowed actions on API resources, in no particular order.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Actions that the user may perform.' },
);
export interface SubjectRulesReviewStatus extends Of<typeof SubjectRulesReviewStatus> {}

export const SelfSubjectRulesReview = resource(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  {
    doc: 'Lists the actions that the current user may perform in a namespace.',
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
