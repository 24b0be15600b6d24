import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { resource } from '../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';
import { MatchCondition, RuleWithOperations, WebhookClientConfig } from './matching.ts';

export const MutatingWebhook = struct('io.k8s.api.admissionregistration.v1.MutatingWebhook', {
  admissionReviewVersions: required(list(8, text, { emit: 'always', listType: 'atomic' })),
  clientConfig: required(ref(2, WebhookClientConfig, { emit: 'always' })),
  failurePolicy: string(4, { assumed: 'Fail', enum: ['Fail', 'Ignore'], emit: 'if-set' }),
  matchConditions: list(12, MatchCondition, { listType: 'map', keys: ['name'], merge: 'name' }),
  matchPolicy: string(9, { assumed: 'Equivalent', enum: ['Equivalent', 'Exact'], emit: 'if-set' }),
  name: required(string(1, { emit: 'always' })),
  namespaceSelector: ref(5, LabelSelector, { assumed: {}, emit: 'if-set' }),
  objectSelector: ref(11, LabelSelector, { assumed: {}, emit: 'if-set' }),
  reinvocationPolicy: string(10, { assumed: 'Never', enum: ['IfNeeded', 'Never'], emit: 'if-set' }),
  rules: list(3, RuleWithOperations, { listType: 'atomic' }),
  sideEffects: required(string(6, { enum: ['None', 'NoneOnDryRun', 'Some', 'Unknown'], emit: 'if-set' })),
  timeoutSeconds: int32(7, { assumed: 10, emit: 'if-set' }),
});
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
