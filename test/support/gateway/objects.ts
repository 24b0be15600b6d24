// Objects for tests of Gateways: pages in pods, Services of which the test itself is the endpoint, routes.
/** A page that says `name`, below / and /deep/, and a program that says what it was asked. */
const page = (name: string) =>
  [
    'mkdir -p /www/deep /www/cgi-bin',
    `echo ${name} >/www/index.html`,
    `echo ${name} deep >/www/deep/index.html`,
    'printf \'#!/bin/sh\\necho\\necho "$REQUEST_METHOD $REQUEST_URI host=$HTTP_HOST x=$HTTP_X_ADDED"\\n\' >/www/cgi-bin/asked',
    'chmod +x /www/cgi-bin/asked',
    'exec httpd -f -p 8080 -h /www',
  ].join(' && ');

export const web = (name: string, namespace = 'default') => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'web', image: 'busybox:1', command: ['sh', '-c', page(name)] }],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
];

/** A Service of which the test itself is the endpoint. */
export const outside = (name: string, machine: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP') => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ name: 'main', port: 80, protocol }] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'main', port, protocol }],
    endpoints: [{ addresses: [machine] }],
  },
];

const GROUP = 'gateway.networking.k8s.io/v1';

export const to = (name: string, more: object = {}) => ({ name, port: 80, ...more });

export const route = (kind: string, name: string, spec: object, namespace = 'default') => ({
  apiVersion: GROUP,
  kind,
  metadata: { name, namespace },
  spec: { parentRefs: [{ name: 'gw', namespace: 'default' }], ...spec },
});
