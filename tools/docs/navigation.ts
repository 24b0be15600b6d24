// The order of the site. Every page of docs/ stands here, by its path; a folder stands for its pages by name. The build fails for a page
// that stands nowhere, and for one that does not exist.

export interface NavigationGroup {
  readonly title: string;
  readonly about: string;
  readonly pages: readonly string[];
  /** Closed at first, as there are many. */
  readonly closed?: boolean;
}

export const navigation: readonly NavigationGroup[] = [
  {
    title: 'Tutorial',
    about: 'From the first pod to a canary behind a gateway. No knowledge of Kubernetes is needed.',
    pages: ['docs/tutorial/'],
  },
  {
    title: 'How to',
    about: 'One task a page: installing, joining machines, storage, doors to the outside, production.',
    pages: [
      'docs/configuration.md',
      'docs/kubectl.md',
      'docs/dashboard.md',
      'docs/why.md',
      'docs/watch.md',
      'docs/kept-manifests.md',
      'docs/configuration-rollout.md',
      'docs/dev.md',
      'docs/images.md',
      'docs/storage.md',
      'docs/ingress.md',
      'docs/gateway-api.md',
      'docs/route-policies.md',
      'docs/load-balancers.md',
      'docs/host-ports-and-bandwidth.md',
      'docs/network-policy.md',
      'docs/dual-stack.md',
      'docs/rebalancing.md',
      'docs/simulated-nodes.md',
      'docs/scheduler-plugins.md',
      'docs/cloud-providers.md',
      'docs/installation.md',
      'docs/joining.md',
      'docs/servers.md',
      'docs/etcd.md',
      'docs/production.md',
    ],
  },
  {
    title: 'Concepts',
    about: 'How scheduling, Services, names, networks and security work here.',
    pages: [
      'docs/scheduling.md',
      'docs/services.md',
      'docs/dns.md',
      'docs/pod-network.md',
      'docs/runtimes.md',
      'docs/robustness.md',
      'docs/security/',
    ],
  },
  {
    title: 'Reference',
    about: 'Every command, flag, field and feature gate, made from the code; and how it compares.',
    pages: [
      'docs/reference/tiphys.md',
      'docs/reference/kubectl.md',
      'docs/reference/tiphys-yaml.md',
      'docs/reference/feature-gates.md',
      'docs/api-coverage.md',
      'docs/comparison.md',
      'examples/README.md',
      'docs/glossary.md',
    ],
  },
  {
    title: 'Architecture',
    about: 'The parts, and how a request, a pod and a connection go through them.',
    pages: ['docs/architecture.md', 'docs/walks/'],
  },
  {
    title: 'Contributing',
    about: 'Commands, laws and habits of this repository.',
    pages: ['CONTRIBUTING.md', 'docs/checklists/'],
    closed: true,
  },
  { title: 'Decisions', about: 'Why things are as they are.', pages: ['docs/decisions/'], closed: true },
];
