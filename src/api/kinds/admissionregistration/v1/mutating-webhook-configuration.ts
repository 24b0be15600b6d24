import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { MatchCondition, RuleWithOperations, WebhookClientConfig } from './matching.ts';

export const MutatingWebhook = struct(
  'io.k8s.api.admissionregistration.v1.MutatingWebhook',
  {
    admissionReviewVersions: required(
      list(8, text, {
        doc: 'AdmissionReview versions it understands, the favourite first.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    clientConfig: required(ref(2, WebhookClientConfig, { doc: 'How to reach it.', emit: 'always' })),
    failurePolicy: string(4, {
      doc: 'Fail or Ignore when it cannot be asked; Fail when absent.',
      assumed: 'Fail',
      enum: ['Fail', 'Ignore'],
      emit: 'if-set',
    }),
    matchConditions: list(12, MatchCondition, {
      doc: 'More conditions; all must be true, or it is not asked.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    matchPolicy: string(9, {
      doc: 'Exact, or Equivalent for other versions too; Equivalent when absent.',
      assumed: 'Equivalent',
      enum: ['Equivalent', 'Exact'],
      emit: 'if-set',
    }),
    name: required(string(1, { doc: 'Its full name, such as images.example.com.', emit: 'always' })),
    namespaceSelector: ref(5, LabelSelector, {
      doc: "Labels of the object's namespace; any when absent.",
      assumed: {},
      emit: 'if-set',
    }),
    objectSelector: ref(11, LabelSelector, {
      doc: 'Labels of the object, old or new; any when absent.',
      assumed: {},
      emit: 'if-set',
    }),
    reinvocationPolicy: string(10, {
      doc: 'Never, or IfNeeded to ask again after others changed the object.',
      assumed: 'Never',
      enum: ['IfNeeded', 'Never'],
      emit: 'if-set',
    }),
    rules: list(3, RuleWithOperations, {
      doc: 'It is asked about requests that match one of these.',
      listType: 'atomic',
    }),
    sideEffects: required(
      string(6, {
        doc: 'None or NoneOnDryRun: what it changes elsewhere.',
        enum: ['None', 'NoneOnDryRun', 'Some', 'Unknown'],
        emit: 'if-set',
      }),
    ),
    timeoutSeconds: int32(7, {
      doc: 'How long to wait for its answer, 1 to 30 seconds; 10 when absent.',
      assumed: 10,
      emit: 'if-set',
    }),
  },
  { doc: 'A webhook that may change or refuse objects.' },
);
export interface MutatingWebhook extends Of<typeof MutatingWebhook> {}

export const MutatingWebhookConfiguration = resource(
  'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
  {
    doc: 'Webhooks that may change objects before they are stored.',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    singular: 'mutatingwebhookconfiguration',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'Sqi0GUgDaX0=',
  },
  {
    webhooks: list(2, MutatingWebhook, {
      doc: 'The webhooks.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
  },
);
export interface MutatingWebhookConfiguration extends Of<typeof MutatingWebhookConfiguration> {}
