// What the operator of these tests is installed with: its kind, its account and that account's rights.
export const GROUP = 'interop.example';
export const OPERATOR = 'flotilla-operator';

const integer = (limits: object = {}) => ({ type: 'integer', format: 'int32', ...limits });
const text = { type: 'string' };

export const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `flotillas.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'flotillas', kind: 'Flotilla', shortNames: ['flo'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.ships',
            statusReplicasPath: '.status.ships',
            labelSelectorPath: '.status.selector',
          },
        },
        additionalPrinterColumns: [
          { name: 'Wanted', type: 'integer', jsonPath: '.spec.ships' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['ships'],
                properties: { ships: integer({ minimum: 0, maximum: 10 }) },
              },
              status: {
                type: 'object',
                properties: {
                  ships: integer(),
                  selector: text,
                  observedGeneration: { type: 'integer', format: 'int64' },
                  conditions: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['type'],
                    items: {
                      type: 'object',
                      required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
                      properties: {
                        type: text,
                        status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
                        reason: text,
                        message: text,
                        lastTransitionTime: { type: 'string', format: 'date-time' },
                        observedGeneration: { type: 'integer', format: 'int64' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const rbac = 'rbac.authorization.k8s.io';
const named = (kind: string, apiVersion: string) => ({ apiVersion, kind, metadata: { name: OPERATOR } });

export const account = {
  ...named('ServiceAccount', 'v1'),
  metadata: { name: OPERATOR, namespace: 'default' },
};

export const rights = [
  {
    ...named('ClusterRole', `${rbac}/v1`),
    rules: [
      { apiGroups: [GROUP], resources: ['flotillas'], verbs: ['get', 'list', 'watch', 'patch'] },
      { apiGroups: [GROUP], resources: ['flotillas/status'], verbs: ['patch'] },
      { apiGroups: [GROUP], resources: ['flotillas/finalizers'], verbs: ['update'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch', 'create', 'patch', 'delete'] },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
    ],
  },
  {
    ...named('ClusterRoleBinding', `${rbac}/v1`),
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: OPERATOR },
    subjects: [{ kind: 'ServiceAccount', name: OPERATOR, namespace: 'default' }],
  },
];
