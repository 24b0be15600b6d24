// Which fields hold names of which kinds, so that they follow when a name changes: kustomize's default configuration.
import type { Gvk } from '../resource.ts';
import type { FieldSpec } from './field-spec.ts';
import { CONFIG_MAP_IN_POD, inPods, SECRET_IN_POD } from './pod-references.ts';

export interface NameReference extends Gvk {
  readonly fieldSpecs: readonly FieldSpec[];
}

const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';
const field = (kind: string, path: string, group?: string): FieldSpec => ({
  kind,
  path,
  ...(group && { group }),
});
const scaled: readonly FieldSpec[] = [field('HorizontalPodAutoscaler', 'spec/scaleTargetRef/name')];
const IN_ROLES = [field('Role', 'rules/resourceNames'), field('ClusterRole', 'rules/resourceNames')];
const WITHOUT_TEMPLATES = ['PodTemplate', 'ReplicaSet'];

export const defaultNameReferences: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({
    kind,
    fieldSpecs: scaled,
  })),
  {
    kind: 'ConfigMap',
    version: 'v1',
    fieldSpecs: [
      ...inPods(CONFIG_MAP_IN_POD, ['ReplicationController']),
      field('Node', 'spec/configSource/configMap'),
      ...IN_ROLES,
      field('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap'),
    ],
  },
  {
    kind: 'Secret',
    version: 'v1',
    fieldSpecs: [
      ...inPods(SECRET_IN_POD, ['ReplicationController']),
      field('Ingress', 'spec/tls/secretName'),
      field('Ingress', 'metadata/annotations/ingress.kubernetes.io\\/auth-secret'),
      field('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret'),
      field('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret'),
      field('ServiceAccount', 'imagePullSecrets/name'),
      ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map((name) =>
        field('StorageClass', `parameters/${name}`),
      ),
      ...IN_ROLES,
      {
        ...field(
          'Service',
          'spec/template/spec/containers/env/valueFrom/secretKeyRef/name',
          'serving.knative.dev',
        ),
        version: 'v1',
      },
      field('PersistentVolume', 'spec/azureFile/secretName'),
    ],
  },
  {
    kind: 'Service',
    version: 'v1',
    fieldSpecs: [
      field('StatefulSet', 'spec/serviceName', 'apps'),
      field('Ingress', 'spec/rules/http/paths/backend/serviceName'),
      field('Ingress', 'spec/backend/serviceName'),
      field('Ingress', 'spec/rules/http/paths/backend/service/name'),
      field('Ingress', 'spec/defaultBackend/service/name'),
      field('APIService', 'spec/service/name', 'apiregistration.k8s.io'),
      field('ValidatingWebhookConfiguration', 'webhooks/clientConfig/service', ADMISSION),
      field('MutatingWebhookConfiguration', 'webhooks/clientConfig/service', ADMISSION),
    ],
  },
  { kind: 'Role', group: RBAC, fieldSpecs: [field('RoleBinding', 'roleRef/name', RBAC)] },
  {
    kind: 'ClusterRole',
    group: RBAC,
    fieldSpecs: [
      field('RoleBinding', 'roleRef/name', RBAC),
      field('ClusterRoleBinding', 'roleRef/name', RBAC),
    ],
  },
  {
    kind: 'ServiceAccount',
    version: 'v1',
    fieldSpecs: [
      field('RoleBinding', 'subjects', RBAC),
      field('ClusterRoleBinding', 'subjects', RBAC),
      ...inPods(['serviceAccountName'], WITHOUT_TEMPLATES),
    ],
  },
  {
    kind: 'PersistentVolumeClaim',
    version: 'v1',
    fieldSpecs: inPods(['volumes/persistentVolumeClaim/claimName'], WITHOUT_TEMPLATES),
  },
  {
    kind: 'PersistentVolume',
    version: 'v1',
    fieldSpecs: [
      field('PersistentVolumeClaim', 'spec/volumeName'),
      field('ClusterRole', 'rules/resourceNames'),
    ],
  },
  {
    kind: 'StorageClass',
    version: 'v1',
    group: 'storage.k8s.io',
    fieldSpecs: [
      field('PersistentVolume', 'spec/storageClassName'),
      field('PersistentVolumeClaim', 'spec/storageClassName'),
      field('StatefulSet', 'spec/volumeClaimTemplates/spec/storageClassName'),
    ],
  },
  {
    kind: 'PriorityClass',
    version: 'v1',
    group: 'scheduling.k8s.io',
    fieldSpecs: inPods(['priorityClassName'], WITHOUT_TEMPLATES),
  },
  {
    kind: 'IngressClass',
    version: 'v1',
    group: 'networking.k8s.io/v1',
    fieldSpecs: [field('Ingress', 'spec/ingressClassName')],
  },
  {
    kind: 'ValidatingAdmissionPolicy',
    group: ADMISSION,
    fieldSpecs: [field('ValidatingAdmissionPolicyBinding', 'spec/policyName', ADMISSION)],
  },
];
