import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { MatchCondition, RuleWithOperations, WebhookClientConfig } from './matching.ts';

export const ValidatingWebhook = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhook',
  {
    admissionReviewVersions: required(
      list(8, text, {
        doc: 'Versions of AdmissionReview that the webhook accepts, in order of preference.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    clientConfig: required(
      ref(2, WebhookClientConfig, { doc: 'How to connect to the webhook.', emit: 'always' }),
    ),
    failurePolicy: string(4, {
      doc: 'What to do if the webhook cannot be called: Fail or Ignore. Defaults to Fail.',
      assumed: 'Fail',
      enum: ['Fail', 'Ignore'],
      emit: 'if-set',
    }),
    matchConditions: list(11, MatchCondition, {
      doc: 'Additional conditions on requests. All of them must be true for the webhook to be called.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    matchPolicy: string(9, {
      doc: 'How rules are matched: Exact, or Equivalent to include other versions of the same resource. Defaults to Equivalent.',
      assumed: 'Equivalent',
      enum: ['Equivalent', 'Exact'],
      emit: 'if-set',
    }),
    name: required(
      string(1, { doc: 'Fully qualified name of the webhook, such as images.example.com.', emit: 'always' }),
    ),
    namespaceSelector: ref(5, LabelSelector, {
      doc: 'Selects objects by the labels of their namespace. Defaults to all namespaces.',
      assumed: {},
      emit: 'if-set',
    }),
    objectSelector: ref(10, LabelSelector, {
      doc: 'Selects objects by their labels; the old or the new object must match. Defaults to all objects.',
      assumed: {},
      emit: 'if-set',
    }),
    rules: list(3, RuleWithOperations, {
      doc: 'Operations and resources that the webhook is called for. At least one rule must match.',
      listType: 'atomic',
    }),
    sideEffects: required(
      string(6, {
        doc: 'Side effects of the webhook: None, or NoneOnDryRun if it has none for dry-run requests.',
        enum: ['None', 'NoneOnDryRun', 'Some', 'Unknown'],
        emit: 'if-set',
      }),
    ),
    timeoutSeconds: int32(7, {
      doc: 'Timeout of a call in seconds, between 1 and 30. Defaults to 10.',
      assumed: 10,
      emit: 'if-set',
    }),
  },
  { doc: 'Webhook that can reject objects but not change them.' },
);
export interface ValidatingWebhook extends Of<typeof ValidatingWebhook> {}

export const ValidatingWebhookConfiguration = resource(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
  {
    doc: 'Configuration of webhooks that can reject objects before they are stored.',
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
      doc: 'Webhooks, with the operations and resources they apply to.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
  },
);
export interface ValidatingWebhookConfiguration extends Of<typeof ValidatingWebhookConfiguration> {}
