import { FieldSelectorRequirement, LabelSelectorRequirement } from '../../../meta/v1/label-selector.ts';
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
} from '../../../schema/notation.ts';

export const FieldSelectorAttributes = struct(
  'io.k8s.api.authorization.v1.FieldSelectorAttributes',
  {
    rawSelector: string(1, { doc: 'The selector as a query; excludes requirements.' }),
    requirements: list(2, FieldSelectorRequirement, {
      doc: 'The selector, taken apart; excludes rawSelector.',
      listType: 'atomic',
    }),
  },
  { doc: 'The field selector of a request.' },
);
export interface FieldSelectorAttributes extends Of<typeof FieldSelectorAttributes> {}

export const LabelSelectorAttributes = struct(
  'io.k8s.api.authorization.v1.LabelSelectorAttributes',
  {
    rawSelector: string(1, { doc: 'The selector as a query; excludes requirements.' }),
    requirements: list(2, LabelSelectorRequirement, {
      doc: 'The selector, taken apart; excludes rawSelector.',
      listType: 'atomic',
    }),
  },
  { doc: 'The label selector of a request.' },
);
export interface LabelSelectorAttributes extends Of<typeof LabelSelectorAttributes> {}

export const NonResourceAttributes = struct(
  'io.k8s.api.authorization.v1.NonResourceAttributes',
  {
    path: string(1, { doc: 'The path, such as /healthz.' }),
    verb: string(2, { doc: 'The HTTP method in small letters, such as get.' }),
  },
  { doc: 'A request for a path outside the API.' },
);
export interface NonResourceAttributes extends Of<typeof NonResourceAttributes> {}

export const ResourceAttributes = struct(
  'io.k8s.api.authorization.v1.ResourceAttributes',
  {
    fieldSelector: ref(8, FieldSelectorAttributes, {
      doc: "The request's field selector; none when absent.",
      emit: 'if-set',
    }),
    group: string(3, { doc: 'The API group; * stands for all.' }),
    labelSelector: ref(9, LabelSelectorAttributes, {
      doc: "The request's label selector; none when absent.",
      emit: 'if-set',
    }),
    name: string(7, { doc: "The object's name; all objects when empty." }),
    namespace: string(1, { doc: 'The namespace; all of them, or none at all, when empty.' }),
    resource: string(5, { doc: 'The resource, such as pods; * stands for all.' }),
    subresource: string(6, { doc: 'The subresource, such as log; none when empty.' }),
    verb: string(2, { doc: 'What is to be done, such as get or list; * stands for all.' }),
    version: string(4, { doc: 'The API version; * stands for all.' }),
  },
  { doc: 'A request for objects of the API.' },
);
export interface ResourceAttributes extends Of<typeof ResourceAttributes> {}

export const SubjectAccessReviewSpec = struct(
  'io.k8s.api.authorization.v1.SubjectAccessReviewSpec',
  {
    extra: map(5, listOf(text), { doc: 'More facts about the user, by name.' }),
    groups: list(4, text, { doc: 'The groups the user is in.', listType: 'atomic' }),
    nonResourceAttributes: ref(2, NonResourceAttributes, {
      doc: 'A path outside the API; excludes resourceAttributes.',
      emit: 'if-set',
    }),
    resourceAttributes: ref(1, ResourceAttributes, {
      doc: 'Objects of the API; excludes nonResourceAttributes.',
      emit: 'if-set',
    }),
    uid: string(6, { doc: "The user's uid." }),
    user: string(3, { doc: "The user's name." }),
  },
  { doc: 'Who wants to do what.' },
);
export interface SubjectAccessReviewSpec extends Of<typeof SubjectAccessReviewSpec> {}

export const SubjectAccessReviewStatus = struct(
  'io.k8s.api.authorization.v1.SubjectAccessReviewStatus',
  {
    allowed: required(boolean(1, { doc: 'Whether the request may be made.', emit: 'always' })),
    denied: boolean(4, { doc: 'Whether it was refused outright, rather than not allowed by anybody.' }),
    evaluationError: string(3, { doc: 'What went wrong on the way; the answer may hold nevertheless.' }),
    reason: string(2, { doc: 'Why, for people.' }),
  },
  { doc: 'Whether it is allowed.' },
);
export interface SubjectAccessReviewStatus extends Of<typeof SubjectAccessReviewStatus> {}
