// What tiphys.yaml says of nodes.
import type { Field } from './notation.ts';

const mounts = {
  type: 'list',
  description:
    'Directories and files of this machine that the nodes show, live in both directions, for hostPath and local volumes',
  items: {
    type: 'object',
    description: 'One directory or file',
    hints: {
      containerPath: 'nodePath',
      target: 'nodePath',
      source: 'hostPath',
      selinuxRelabel: '',
      propagation: '',
    },
    fields: {
      hostPath: {
        type: 'string',
        isPath: true,
        required: true,
        description: 'What is shown; no part of the path may be a symbolic link',
        example: './src',
      },
      nodePath: {
        type: 'string',
        required: true,
        description: 'Where pods find it, as an absolute path of the node',
        example: '/mnt/src',
      },
      readOnly: {
        type: 'boolean',
        default: false,
        description: 'Whether nothing in the cluster can change it there',
      },
    },
  },
} as const satisfies Field;

const portMappings = {
  type: 'list',
  description: 'Ports of this machine that lead to ports of the node',
  items: {
    type: 'object',
    description: 'One port',
    hints: {
      containerPort: 'nodePort',
      port: 'hostPort',
      targetPort: 'nodePort',
      listenAddr: 'listenAddress',
    },
    fields: {
      hostPort: {
        type: 'integer',
        required: true,
        minimum: 1,
        maximum: 65_535,
        description: 'Port of this machine',
        example: '8080',
      },
      nodePort: {
        type: 'integer',
        required: true,
        minimum: 1,
        maximum: 65_535,
        description: 'Port of the node: of a NodePort Service, or a hostPort of a pod there',
        example: '30080',
      },
      protocol: { type: 'string', values: ['TCP', 'UDP'], default: 'TCP', description: 'What is carried' },
      listenAddress: {
        type: 'string',
        default: '127.0.0.1',
        description: 'Address of this machine to listen at; 0.0.0.0 and :: let other machines in',
      },
    },
  },
} as const satisfies Field;

export const nodeField = {
  type: 'object',
  description: 'Nodes that are alike',
  hints: {
    extraMounts: 'mounts',
    volumes: 'mounts',
    extraPortMappings: 'portMappings',
    ports: 'portMappings',
    replicas: 'count',
    role: '',
    image: '',
    kubeadmConfigPatches: '',
    name: '',
  },
  fields: {
    count: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 1,
      description: 'How many nodes are like this',
    },
    labels: {
      type: 'map',
      description: 'Labels of the Node',
      values: { type: 'string', description: 'Value of the label' },
      example: 'zone: a',
    },
    annotations: {
      type: 'map',
      description: 'Annotations of the Node',
      values: { type: 'string', description: 'Value of the annotation' },
      example: 'example.com/note: fast disk',
    },
    taints: {
      type: 'list',
      description: 'Taints of the Node, from its registration on',
      items: {
        type: 'object',
        description: 'One taint',
        fields: {
          key: { type: 'string', required: true, description: 'Key of the taint', example: 'dedicated' },
          value: { type: 'string', description: 'Value of the taint', example: 'database' },
          effect: {
            type: 'string',
            required: true,
            values: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
            description: 'What it does to pods that do not tolerate it',
            example: 'NoSchedule',
          },
        },
      },
    },
    mounts,
    portMappings,
  },
} as const satisfies Field;
