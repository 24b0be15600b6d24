// tiphys.yaml, once: every field with its type, default and description. A field with a flag is that flag of `tiphys up` as
// well, with the same name in another spelling (`apiPort`, `--api-port`); what a flag says wins.
import { MOST_SIMULATED_NODES } from '../simulated-nodes/settings.ts';
import { nodeField } from './node-schema.ts';
import type { Field, ValueOf } from './notation.ts';

export const API_VERSION = 'tiphys.io/v1alpha1';
export const KIND = 'Cluster';

/** Looked for in the working directory. */
export const USUAL_FILE = 'tiphys.yaml';

const registryLogin = {
  type: 'object',
  description: 'How to log in',
  fields: {
    username: { type: 'string', description: 'Name of the user' },
    password: { type: 'string', secret: true, description: 'The user’s password' },
    auth: { type: 'string', secret: true, description: 'Both in one: base64 of USER:PASSWORD' },
    identity_token: { type: 'string', secret: true, description: 'A token in their place' },
  },
} as const satisfies Field;

const registryTls = {
  type: 'object',
  description: 'Certificates',
  fields: {
    ca_file: { type: 'string', isPath: true, description: 'Authorities of the registry’s certificate' },
    cert_file: { type: 'string', isPath: true, description: 'Certificate to show' },
    key_file: { type: 'string', isPath: true, description: 'Its key' },
    insecure_skip_verify: { type: 'boolean', default: false, description: 'Whether any certificate will do' },
  },
} as const satisfies Field;

export const clusterConfig = {
  type: 'object',
  description: 'A cluster that `tiphys up` starts',
  hints: {
    metadata: 'name',
    version: 'kubernetesVersion',
    image: 'kubernetesVersion',
    servers: 'nodes',
    agents: 'nodes',
    volumes: 'nodes[].mounts',
    extraMounts: 'nodes[].mounts',
    ports: 'nodes[].portMappings',
    extraPortMappings: 'nodes[].portMappings',
    labels: 'nodes[].labels',
    taints: 'nodes[].taints',
    networking: 'ipFamilies, clusterCidr, serviceCidr and apiPort',
    network: 'ipFamilies, clusterCidr, serviceCidr and apiPort',
    subnet: 'clusterCidr',
    file: 'files',
    apply: 'files',
    registriesConfig: 'registries',
    options: '',
    containerdConfigPatches: '',
    kubeadmConfigPatches: '',
  },
  fields: {
    apiVersion: {
      type: 'string',
      required: true,
      values: [API_VERSION],
      description: 'Version of this schema',
    },
    kind: { type: 'string', required: true, values: [KIND], description: 'What this describes' },
    name: {
      type: 'string',
      flag: '--name <name>',
      description: 'Name of the cluster',
      otherwise: 'that of `tiphys cluster use`, or tiphys',
      example: 'dev',
    },
    kubernetesVersion: {
      type: 'string',
      description: 'Version of Kubernetes that is expected; another one than is served is refused',
      otherwise: 'any',
      example: 'v1.36',
    },
    nodes: {
      type: 'list',
      items: nodeField,
      description: 'The nodes, each in namespaces of its own; an empty list for the API only',
      otherwise: 'one node',
    },
    host: {
      type: 'boolean',
      default: false,
      flag: '--host',
      description: 'One node that uses this machine’s own namespaces',
    },
    isolated: {
      type: 'boolean',
      default: false,
      flag: '--isolated',
      description: 'Give nodes no route to the outside',
    },
    podNetwork: {
      type: 'string',
      values: ['auto', 'routes', 'vxlan', 'wireguard', 'none'],
      default: 'auto',
      flag: '--pod-network <how>',
      description: 'How pods reach those of other nodes (docs/pod-network.md)',
    },
    cni: {
      type: 'string',
      values: ['bridge', 'none'],
      default: 'bridge',
      flag: '--cni <plugin>',
      description: 'Where pods’ interfaces come from (none: a plug-in that you install)',
    },
    ipFamilies: {
      type: 'list',
      flag: '--ip-families <list>',
      description: 'Of pods’ and Services’ addresses: IPv4, IPv6, IPv4,IPv6 or IPv6,IPv4',
      otherwise: 'IPv4, or those of the ranges',
      items: { type: 'string', values: ['IPv4', 'IPv6'], description: 'A family of addresses' },
      example: '[IPv4, IPv6]',
    },
    clusterCidr: {
      type: 'list',
      flag: '--cluster-cidr <ranges>',
      description: 'Addresses of pods: a range of each family',
      otherwise: 'chosen so that clusters of this machine do not collide',
      items: { type: 'string', description: 'A range, such as 10.200.0.0/16' },
      example: '[10.200.0.0/16]',
    },
    serviceCidr: {
      type: 'list',
      flag: '--service-cidr <ranges>',
      description: 'Addresses of Services: a range of each family',
      otherwise: '10.96.0.0/16',
      items: { type: 'string', description: 'A range, such as 10.96.0.0/16' },
      example: '[10.97.0.0/16]',
    },
    loadBalancerPool: {
      type: 'list',
      flag: '--load-balancer-pool <ranges>',
      description:
        'Addresses for LoadBalancer Services that nodes announce: 192.0.2.10-192.0.2.50,2001:db8::/120',
      otherwise: 'loopback addresses of this machine',
      items: { type: 'string', description: 'A range, a prefix or one address' },
      example: '[192.0.2.10-192.0.2.50]',
    },
    apiPort: {
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
      default: 0,
      flag: '--api-port <port>',
      description: 'Port of the API on 127.0.0.1 (0: any free one)',
    },
    files: {
      type: 'list',
      flag: '-f, --file <path>',
      description: 'Manifests, or directories of them, that are applied once the API is up',
      items: { type: 'string', isPath: true, description: 'A file or directory' },
      example: '[./deploy]',
    },
    wait: {
      type: 'duration',
      flag: '--wait [duration]',
      description: 'Wait until the workloads of these files are ready, this long at most (--wait alone: 5m)',
      otherwise: 'does not wait for them',
      example: '5m',
    },
    featureGates: {
      type: 'map',
      flag: '--feature-gates <list>',
      description: 'Features to turn on or off: NAME=true,NAME=false',
      values: { type: 'boolean', description: 'Whether the feature is on' },
      example: 'PodLevelResources: true',
    },
    runtimeConfig: {
      type: 'map',
      flag: '--runtime-config <list>',
      description: 'APIs to serve or not: api/beta=true,networking.k8s.io/v1beta1=true',
      values: { type: 'boolean', description: 'Whether it is served' },
      example: 'api/beta: true',
    },
    registries: {
      type: 'string',
      isPath: true,
      flag: '--registries <file>',
      description: 'Mirrors of registries and how to log in, in the form of k3s’ registries.yaml',
      otherwise: 'registries.yaml in the data directory',
      example: './registries.yaml',
    },
    manifests: {
      type: 'string',
      isPath: true,
      flag: '--manifests <dir>',
      description: 'Directory of manifests and charts that are kept applied',
      otherwise: 'manifests in the data directory',
      example: './manifests',
    },
    inlineRegistries: {
      type: 'object',
      description: 'The content of such a file, in its place',
      fields: {
        mirrors: {
          type: 'map',
          description: 'By host of the registry',
          values: {
            type: 'object',
            description: 'Where to ask in its place',
            fields: {
              endpoint: {
                type: 'list',
                description: 'Asked in this order, and the registry itself at last',
                items: { type: 'string', description: 'https://HOST, with a port and path or without' },
              },
              rewrite: {
                type: 'map',
                description: 'Changes of names of images: expression and replacement',
                values: { type: 'string', description: 'The replacement' },
              },
            },
          },
        },
        configs: {
          type: 'map',
          description: 'By host of the registry or mirror',
          values: {
            type: 'object',
            description: 'How to reach it',
            fields: { auth: registryLogin, tls: registryTls },
          },
        },
      },
    },
    seccompDefault: {
      type: 'boolean',
      default: false,
      flag: '--seccomp-default',
      description: 'Give containers without a seccomp profile the runtime’s own',
    },
    accessLog: {
      type: 'boolean',
      default: false,
      flag: '--access-log',
      description: 'Log requests of Ingresses and Gateways to access.log in the data directory',
    },
    without: {
      type: 'list',
      flag: '--without <components>',
      description: 'Leave these to other programs: scheduler, controller-manager, cloud-controller-manager',
      items: {
        type: 'string',
        values: ['controller-manager', 'scheduler', 'cloud-controller-manager'],
        description: 'A component',
      },
      example: '[scheduler]',
    },
    encrypt: {
      type: 'boolean',
      default: false,
      flag: '--encrypt',
      description: 'Encrypt Secrets in the store, now and at every later start',
    },
    auditPolicy: {
      type: 'string',
      isPath: true,
      flag: '--audit-policy <file>',
      description: 'Audit requests as this policy says',
      otherwise: 'no audit',
      example: './audit-policy.yaml',
    },
    auditLog: {
      type: 'string',
      isPath: true,
      flag: '--audit-log <file>',
      description: 'Where audit events are written',
      otherwise: 'audit.log in the data directory',
      example: './audit.log',
    },
    auditWebhookConfig: {
      type: 'string',
      isPath: true,
      flag: '--audit-webhook-config <file>',
      description: 'Kubeconfig of a server that gets audit events, too',
      example: './audit-webhook.yaml',
    },
    authenticationConfig: {
      type: 'string',
      isPath: true,
      flag: '--authentication-config <file>',
      description: 'Issuers of tokens that are accepted, and what may be anonymous',
      example: './authentication.yaml',
    },
    authorizationConfig: {
      type: 'string',
      isPath: true,
      flag: '--authorization-config <file>',
      description: 'Authorizers in their order',
      otherwise: 'Node, RBAC',
      example: './authorization.yaml',
    },
    schedulerConfig: {
      type: 'string',
      isPath: true,
      flag: '--scheduler-config <file>',
      description: 'Profiles and plugins of the scheduler (KubeSchedulerConfiguration)',
      example: './scheduler.yaml',
    },
    schedulerPlugins: {
      type: 'string',
      isPath: true,
      flag: '--scheduler-plugins <file>',
      description: 'Scheduler plugins in TypeScript, for profiles to enable',
      example: './plugins.ts',
    },
    simulatedNodes: {
      type: 'integer',
      minimum: 0,
      maximum: MOST_SIMULATED_NODES,
      default: 0,
      flag: '--simulated-nodes <n>',
      description: 'Nodes on which pods only seem to run, besides the others',
    },
    simulatedNodesConfig: {
      type: 'string',
      isPath: true,
      flag: '--simulated-nodes-config <file>',
      description: 'Their size, delays and failures (SimulatedNodes)',
      example: './simulated-nodes.yaml',
    },
    dataDir: {
      type: 'string',
      isPath: true,
      flag: '--data-dir <dir>',
      description: 'Where the cluster keeps everything',
      otherwise: '/var/lib/tiphys/NAME',
      example: '/var/lib/tiphys/dev',
    },
    quotaBackendBytes: {
      type: 'integer',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      flag: '--quota-backend-bytes <bytes>',
      description: 'Data beyond which writes are refused',
      otherwise: '2 GiB',
      example: '2147483648',
    },
    snapshotEvery: {
      type: 'duration',
      flag: '--snapshot-every <duration>',
      description: 'From one automatic snapshot to the next',
      otherwise: '6h',
      example: '6h',
    },
    snapshotsKept: {
      type: 'integer',
      minimum: 0,
      maximum: 1_000,
      flag: '--snapshots-kept <n>',
      description: 'Automatic snapshots that are kept (0: none)',
      otherwise: '5',
      example: '5',
    },
    kubeconfig: {
      type: 'string',
      isPath: true,
      flag: '--kubeconfig <file>',
      description: 'Merge a context into this file',
      otherwise: 'the first file of KUBECONFIG, or ~/.kube/config',
      example: './kubeconfig',
    },
    mergeKubeconfig: {
      type: 'boolean',
      default: true,
      description: 'Whether a context is merged into that file; false is --no-kubeconfig',
    },
    logLevel: {
      type: 'string',
      values: ['debug', 'info', 'warn', 'error'],
      default: 'info',
      flag: '--log-level <level>',
      description: 'How much to log',
    },
  },
} as const satisfies Field;

export type ClusterConfig = ValueOf<typeof clusterConfig>;
export type NodeEntry = ValueOf<typeof nodeField>;
export type FieldName = keyof typeof clusterConfig.fields;

/** As `tiphys up` has them, in the order of its help. */
export const flagged: readonly (readonly [FieldName, Field])[] = Object.entries(clusterConfig.fields)
  .filter(([, field]) => 'flag' in field)
  .map(([name, field]) => [name as FieldName, field]);
