import { resource } from '../../../meta/v1/resource.ts';
import { boolean, list, type Of } from '../../../schema/notation.ts';
import { LocalObjectReference, ObjectReference } from './references.ts';

export const ServiceAccount = resource(
  'io.k8s.api.core.v1.ServiceAccount',
  {
    doc: 'Provides an identity for processes that run in pods.',
    group: '',
    version: 'v1',
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    singular: 'serviceaccount',
    namespaced: true,
    shortNames: ['sa'],
    storageVersionHash: 'pbx9ZvyFpBE=',
    subresources: { token: { kind: 'authentication.k8s.io/v1/TokenRequest', verbs: ['create'] } },
  },
  {
    automountServiceAccountToken: boolean(4, {
      doc: 'Whether pods get a token of the account mounted. Pods can override it.',
      emit: 'if-set',
    }),
    imagePullSecrets: list(3, LocalObjectReference, {
      doc: 'Secrets used to pull images for pods of this account.',
      listType: 'atomic',
    }),
    secrets: list(2, ObjectReference, {
      doc: 'Secrets that pods of this account may use.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
  },
);
export interface ServiceAccount extends Of<typeof ServiceAccount> {}
