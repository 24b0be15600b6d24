// Section 5: who may do what, and which pods are admitted. The benchmark leaves these to judgement; what can be seen is told.
import { RESTRICTED_SPEC } from './admission.ts';
import { type Check, manual, unless } from './check.ts';
import type { Cluster } from './cluster.ts';

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
}

interface Role {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
  };
  readonly rules?: readonly Rule[];
}

interface Binding {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly roleRef: { readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ADMINISTRATORS = new Set(['system:masters', 'kubeadm:cluster-admins']);
const BUILT_IN = 'kubernetes.io/bootstrapping';

const list = async <T>(cluster: Cluster, path: string): Promise<T[]> =>
  (await cluster.admin({ path })).body.items;

/** Roles of all namespaces and of the cluster that did not come with Kubernetes. */
async function ownRoles(cluster: Cluster): Promise<Role[]> {
  const [roles, clusterRoles] = await Promise.all([
    list<Role>(cluster, `${RBAC}/roles`),
    list<Role>(cluster, `${RBAC}/clusterroles`),
  ]);
  return [...roles, ...clusterRoles].filter(({ metadata }) => !metadata.labels?.[BUILT_IN]);
}

const grants = ({ verbs = [], resources = [] }: Rule, wantedVerbs: string[], resource: string): boolean =>
  wantedVerbs.some((verb) => verbs.includes(verb) || verbs.includes('*')) &&
  (resources.includes(resource) || resources.includes('*'));

const rolesWith = (title: string, id: string, bad: (rule: Rule) => boolean): Check =>
  manual(id, title, async (cluster) => {
    const found = (await ownRoles(cluster)).filter(({ rules = [] }) => rules.some(bad));
    return unless(
      found.map(({ metadata }) => `${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`),
      'only in roles that come with Kubernetes',
    );
  });

/** Whether the restricted standard refuses the pod, which without `bad` it admits. */
const refused = (id: string, title: string, bad: object, container: object = {}): Check =>
  manual(id, title, async (cluster) => {
    const [first] = RESTRICTED_SPEC.containers;
    const securityContext = { ...first!.securityContext, ...container };
    const spec = { ...RESTRICTED_SPEC, containers: [{ ...first, securityContext }], ...bad };
    const good = await cluster.dryRunPod(cluster.namespace, RESTRICTED_SPEC);
    const { status, body } = await cluster.dryRunPod(cluster.namespace, spec);
    const problems = good.status === 201 ? [] : [`a pod that keeps the standard gets ${good.status}`];
    return unless(
      status === 403 ? problems : [...problems, `such a pod gets ${status}`],
      `refused where the namespace asks for it: ${String(body?.message).split('": ')[1] ?? ''}`,
    );
  });

export const policies: readonly Check[] = [
  manual('5.1.1', 'cluster-admin is used only where required', async (cluster) => {
    const bindings = await list<Binding>(cluster, `${RBAC}/clusterrolebindings`);
    const others = bindings
      .filter(({ roleRef }) => roleRef.name === 'cluster-admin')
      .flatMap(({ metadata, subjects = [] }) =>
        subjects
          .filter(({ name }) => !ADMINISTRATORS.has(name))
          .map(({ name }) => `${name} by ${metadata.name}`),
      );
    return unless(others, 'administrators’ groups only');
  }),
  rolesWith('Access to secrets is granted by few roles', '5.1.2', (rule) =>
    grants(rule, ['get', 'list', 'watch'], 'secrets'),
  ),
  rolesWith('No role has wildcards', '5.1.3', ({ verbs = [], resources = [], apiGroups = [] }) =>
    [...verbs, ...resources, ...apiGroups].includes('*'),
  ),
  rolesWith('The right to create pods is granted by few roles', '5.1.4', (rule) =>
    grants(rule, ['create'], 'pods'),
  ),
  manual('5.1.5', 'Default service accounts have no rights of their own', async (cluster) => {
    const bindings = await Promise.all(
      ['rolebindings', 'clusterrolebindings'].map((name) => list<Binding>(cluster, `${RBAC}/${name}`)),
    );
    const bound = bindings
      .flat()
      .filter(({ subjects = [] }) =>
        subjects.some(({ kind, name }) => kind === 'ServiceAccount' && name === 'default'),
      );
    return unless(
      bound.map(({ metadata }) => metadata.name),
      'none is bound to a role',
    );
  }),
  refused(
    '5.2.2',
    'Privileged containers can be refused',
    {},
    { privileged: true, allowPrivilegeEscalation: true },
  ),
  refused('5.2.3', 'Pods in the host’s process namespace can be refused', { hostPID: true }),
  refused('5.2.4', 'Pods in the host’s IPC namespace can be refused', { hostIPC: true }),
  refused('5.2.5', 'Pods in the host’s network can be refused', { hostNetwork: true }),
  refused('5.2.6', 'Privilege escalation can be refused', {}, { allowPrivilegeEscalation: true }),
  refused('5.2.7', 'Containers that run as root can be refused', {
    securityContext: { seccompProfile: { type: 'RuntimeDefault' }, runAsNonRoot: false },
  }),
  refused(
    '5.2.9',
    'Added capabilities can be refused',
    {},
    { capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } },
  ),
  refused('5.2.12', 'Volumes of the host can be refused', {
    volumes: [{ name: 'v', hostPath: { path: '/' } }],
  }),
];
