// All commands by name, in the groups of `kubectl --help`. Each loads its own code when it runs.
import type { CommandEntry, CommandGroup } from './command.ts';

export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'Basic Commands (Beginner):',
    commands: [
      {
        name: 'create',
        short: 'Create a resource from a file or from stdin',
        load: () => import('../verbs/create/command.ts'),
      },
      {
        name: 'expose',
        short:
          'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
        load: () => import('../verbs/expose/command.ts'),
      },
      {
        name: 'run',
        short: 'Run a particular image on the cluster',
        load: () => import('../verbs/run/command.ts'),
      },
      {
        name: 'set',
        short: 'Set specific features on objects',
        load: () => import('../verbs/set/command.ts'),
      },
    ],
  },
  {
    title: 'Basic Commands (Intermediate):',
    commands: [
      {
        name: 'explain',
        short: 'Get documentation for a resource',
        load: () => import('../verbs/explain/command.ts'),
      },
      {
        name: 'get',
        suggestFor: ['list', 'ls'],
        short: 'Display one or many resources',
        load: () => import('../verbs/get/command.ts'),
      },
      {
        name: 'edit',
        short: 'Edit a resource on the server',
        load: () => import('../verbs/edit/command.ts'),
      },
      {
        name: 'delete',
        short:
          'Delete resources by file names, stdin, resources and names, or by resources and label selector',
        load: () => import('../verbs/delete/command.ts'),
      },
    ],
  },
  {
    title: 'Deploy Commands:',
    commands: [
      {
        name: 'rollout',
        short: 'Manage the rollout of a resource',
        load: () => import('../verbs/rollout/command.ts'),
      },
      {
        name: 'scale',
        short: 'Set a new size for a deployment, replica set, or replication controller',
        load: () => import('../verbs/scale/command.ts'),
      },
      {
        name: 'autoscale',
        short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
        load: () => import('../verbs/autoscale/command.ts'),
      },
    ],
  },
  {
    title: 'Cluster Management Commands:',
    commands: [
      {
        name: 'certificate',
        short: 'Modify certificate resources',
        load: () => import('../verbs/certificate/command.ts'),
      },
      {
        name: 'cluster-info',
        short: 'Display cluster information',
        load: () => import('../verbs/cluster-info/command.ts'),
      },
      {
        name: 'top',
        short: 'Display resource (CPU/memory) usage',
        load: () => import('../verbs/top/command.ts'),
      },
      {
        name: 'cordon',
        short: 'Mark node as unschedulable',
        load: () => import('../verbs/cordon/command.ts'),
      },
      {
        name: 'uncordon',
        short: 'Mark node as schedulable',
        load: () => import('../verbs/uncordon/command.ts'),
      },
      {
        name: 'drain',
        short: 'Drain node in preparation for maintenance',
        load: () => import('../verbs/drain/command.ts'),
      },
      {
        name: 'taint',
        short: 'Update the taints on one or more nodes',
        load: () => import('../verbs/taint/command.ts'),
      },
    ],
  },
  {
    title: 'Troubleshooting and Debugging Commands:',
    commands: [
      {
        name: 'describe',
        short: 'Show details of a specific resource or group of resources',
        load: () => import('../verbs/describe/command.ts'),
      },
      {
        name: 'logs',
        short: 'Print the logs for a container in a pod',
        load: () => import('../verbs/logs/command.ts'),
      },
      {
        name: 'attach',
        short: 'Attach to a running container',
        load: () => import('../verbs/attach/command.ts'),
      },
      {
        name: 'exec',
        short: 'Execute a command in a container',
        load: () => import('../verbs/exec/command.ts'),
      },
      {
        name: 'port-forward',
        short: 'Forward one or more local ports to a pod',
        load: () => import('../verbs/port-forward/command.ts'),
      },
      {
        name: 'proxy',
        short: 'Run a proxy to the Kubernetes API server',
        load: () => import('../verbs/proxy/command.ts'),
      },
      {
        name: 'cp',
        short: 'Copy files and directories to and from containers',
        load: () => import('../verbs/cp/command.ts'),
      },
      {
        name: 'auth',
        short: 'Inspect authorization',
        load: () => import('../verbs/auth/command.ts'),
      },
      {
        name: 'debug',
        short: 'Create debugging sessions for troubleshooting workloads and nodes',
        load: () => import('../verbs/debug/command.ts'),
      },
      {
        name: 'events',
        short: 'List events',
        load: () => import('../verbs/events/command.ts'),
      },
    ],
  },
  {
    title: 'Advanced Commands:',
    commands: [
      {
        name: 'diff',
        short: 'Diff the live version against a would-be applied version',
        load: () => import('../verbs/diff/command.ts'),
      },
      {
        name: 'apply',
        short: 'Apply a configuration to a resource by file name or stdin',
        load: () => import('../verbs/apply/command.ts'),
      },
      {
        name: 'patch',
        short: 'Update fields of a resource',
        load: () => import('../verbs/patch/command.ts'),
      },
      {
        name: 'replace',
        short: 'Replace a resource by file name or stdin',
        load: () => import('../verbs/replace/command.ts'),
      },
      {
        name: 'wait',
        short: 'Wait for a specific condition on one or many resources',
        load: () => import('../verbs/wait/command.ts'),
      },
      {
        name: 'kustomize',
        short: 'Build a kustomization target from a directory or URL',
        load: () => import('../verbs/kustomize/command.ts'),
      },
    ],
  },
  {
    title: 'Settings Commands:',
    commands: [
      {
        name: 'label',
        short: 'Update the labels on a resource',
        load: () => import('../verbs/label/command.ts'),
      },
      {
        name: 'annotate',
        short: 'Update the annotations on a resource',
        load: () => import('../verbs/annotate/command.ts'),
      },
      {
        name: 'completion',
        short: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
        load: () => import('../verbs/completion/command.ts'),
      },
    ],
  },
  {
    title: 'Other Commands:',
    commands: [
      {
        name: 'api-resources',
        short: 'Print the supported API resources on the server',
        load: () => import('../verbs/api-resources/command.ts'),
      },
      {
        name: 'api-versions',
        short: 'Print the supported API versions on the server, in the form of "group/version"',
        load: () => import('../verbs/api-versions/command.ts'),
      },
      {
        name: 'config',
        short: 'Modify kubeconfig files',
        load: () => import('../verbs/config/command.ts'),
      },
      {
        name: 'kuberc',
        short: 'Manage kuberc configuration files',
        load: () => import('../verbs/kuberc/command.ts'),
      },
      {
        name: 'plugin',
        short: 'Provides utilities for interacting with plugins',
        load: () => import('../verbs/plugin/command.ts'),
      },
      {
        name: 'version',
        short: 'Print the client and server version information',
        load: () => import('../verbs/version/command.ts'),
      },
      {
        name: 'options',
        short: 'Print the list of flags inherited by all commands',
        hidden: true,
        load: () => import('../verbs/options/command.ts'),
      },
    ],
  },
];

export const rootCommands = (): readonly CommandEntry[] => commandGroups.flatMap(({ commands }) => commands);
