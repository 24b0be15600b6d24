import { resource } from '../../meta/v1/resource.ts';
import { boolean, list, type Of } from '../../schema/notation.ts';
import { LocalObjectReference, ObjectReference } from './references.ts';

export const ServiceAccount = resource(
  'io.k8s.api.core.v1.ServiceAccount',
  {
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
    automountServiceAccountToken: boolean(4, { emit: 'if-set' }),
    imagePullSecrets: list(3, LocalObjectReference, { listType: 'atomic' }),
    secrets: list(2, ObjectReference, { listType: 'map', keys: ['name'], merge: 'name' }),
  },
);
export interface ServiceAccount extends Of<typeof ServiceAccount> {}
