import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { resource } from '../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';
import { MatchCondition, RuleWithOperations, WebhookClientConfig } from './matching.ts';

export const ValidatingWebhook = struct('io.k8s.api.admissionregistration.v1.ValidatingWebhook', {
  admissionReviewVersions: required(list(8, text, { emit: 'always', listType: 'atomic' })),
  clientConfig: required(ref(2, WebhookClientConfig, { emit: 'always' })),
  failurePolicy: string(4, { assumed: 'Fail', enum: ['Fail', 'Ignore'], emit: 'if-set' }),
  matchConditions: list(11, MatchCondition, { listType: 'map', keys: ['name'], merge: 'name' }),
  matchPolicy: string(9, { assumed: 'Equivalent', enum: ['Equivalent', 'Exact'], emit: 'if-set' }),
  name: required(string(1, { emit: 'always' })),
  namespaceSelector: ref(5, LabelSelector, { assumed: {}, emit: 'if-set' }),
  objectSelector: ref(10, LabelSelector, { assumed: {}, emit: 'if-set' }),
  rules: list(3, RuleWithOperations, { listType: 'atomic' }),
  sideEffects: required(string(6, { enum: ['None', 'NoneOnDryRun', 'Some', 'Unknown'], emit: 'if-set' })),
  timeoutSeconds: int32(7, { assumed: 10, emit: 'if-set' }),
});
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
