import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { MatchCondition, RuleWithOperations, WebhookClientConfig } from './matching.ts';

export const ValidatingWebhook = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhook',
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
    matchConditions: list(11, MatchCondition, {
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
    objectSelector: ref(10, LabelSelector, {
      doc: 'Labels of the object, old or new; any when absent.',
      assumed: {},
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
  { doc: 'A webhook that may refuse requests.' },
);
export interface ValidatingWebhook extends Of<typeof ValidatingWebhook> {}

export const ValidatingWebhookConfiguration = resource(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
  {
    doc: 'Webhooks that may refuse objects before they are stored.',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    singular: 'validatingwebhookconfiguration',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'B0wHjQmsGNk=',
  },
  {
    webhooks: list(2, ValidatingWebhook, {
      doc: 'The webhooks.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
  },
);
export interface ValidatingWebhookConfiguration extends Of<typeof ValidatingWebhookConfiguration> {}
