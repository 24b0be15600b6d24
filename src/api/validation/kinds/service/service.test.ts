import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Service } from '../../../kinds/core/v1/service.ts';
import { created, statusUpdated, updated } from '../checks.fake.ts';

const service = (spec: object = {}, more: object = {}) => ({
  ...more,
  spec: {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    ...spec,
  },
});
const at = (...clusterIPs: string[]) => ({ clusterIP: clusterIPs[0], clusterIPs });
const balanced = (spec: object = {}) => ({
  type: 'LoadBalancer',
  allocateLoadBalancerNodePorts: true,
  externalTrafficPolicy: 'Cluster',
  ...spec,
});

test('an ExternalName service has no cluster IP, whichever of its two fields says so', () => {
  for (const address of [{ clusterIP: '10.96.3.3' }, { clusterIP: 'None' }, { clusterIPs: ['10.96.3.3'] }]) {
    const spec = { type: 'ExternalName', externalName: 'a.b', ports: undefined, ...address };
    const why = 'spec.clusterIPs: Forbidden: may not be set for ExternalName services';
    assert.ok(created(Service, service(spec)).includes(why));
  }
});

test('the name of a service may begin with a digit', () => {
  assert.deepEqual(created(Service, service({}, { metadata: { name: '1web' } })), []);
  assert.match(created(Service, service({}, { metadata: { name: 'a.b' } }))[0]!, /must not contain dots$/);
});

test('the fields of a service are checked', () => {
  const cases: [object, string[]][] = [
    [at('10.96.0.1', 'fd00::1'), []],
    [at('None'), []],
    [{ clusterIP: '10.96.0.1' }, ['spec.clusterIPs: Required value']],
    [
      { clusterIPs: ['10.96.0.1'] },
      ['spec.clusterIPs: Invalid value: ["10.96.0.1"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      at('10.96.0.1', '10.96.0.2'),
      [
        'spec.clusterIPs: Invalid value: ["10.96.0.1","10.96.0.2"]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      at('None', '10.96.0.2'),
      [`spec.clusterIPs: Invalid value: ["None","10.96.0.2"]: 'None' must be the first and only value`],
    ],
    [at('10.096.0.1'), ['spec.clusterIPs[0]: Invalid value: "10.096.0.1": must not have leading 0s']],
    [{ ipFamilies: ['IPv4', 'IPv4'] }, ['spec.ipFamilies[1]: Duplicate value: "IPv4"']],
    [
      { ipFamilyPolicy: 'Both' },
      [
        'spec.ipFamilyPolicy: Unsupported value: "Both": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
      ],
    ],
    [{ internalTrafficPolicy: undefined }, ['spec.internalTrafficPolicy: Required value']],
    [
      { trafficDistribution: 'Near' },
      [
        'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
      ],
    ],
    [
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: {} },
      ['spec.sessionAffinityConfig.clientIP: Required value: when session affinity type is ClientIP'],
    ],
    [
      { loadBalancerClass: 'a.b/c' },
      ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [balanced({ loadBalancerSourceRanges: [' 10.0.0.0/8 '] }), []],
    [
      balanced({ loadBalancerSourceRanges: ['10.0.0.1/8'] }),
      [
        'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
      ],
    ],
    [
      balanced({ externalTrafficPolicy: 'Local', healthCheckNodePort: 70_000 }),
      ['spec.healthCheckNodePort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      { externalIPs: ['127.0.0.1'], externalTrafficPolicy: 'Cluster' },
      [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
  ];
  for (const [spec, errors] of cases) assert.deepEqual(created(Service, service(spec)), errors);
});

test('annotations of a service agree with its fields', () => {
  const annotated = (annotations: object, spec: object = {}) => service(spec, { metadata: { annotations } });
  const ranges = 'service.beta.kubernetes.io/load-balancer-source-ranges';
  assert.deepEqual(
    created(
      Service,
      annotated({
        'service.kubernetes.io/topology-mode': 'Auto',
        'service.kubernetes.io/topology-aware-hints': 'Off',
      }),
    ),
    [
      'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
    ],
  );
  assert.deepEqual(created(Service, annotated({ [ranges]: '10.0.0.0/8' })), [
    `metadata.annotations[${ranges}]: Forbidden: may only be used when \`type\` is 'LoadBalancer'`,
  ]);
  const wrong = annotated({ [ranges]: '10.0.0.0/8, 10' }, balanced());
  assert.deepEqual(created(Service, wrong), [
    `metadata.annotations[${ranges}]: Invalid value: "10": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
  ]);
  assert.deepEqual(updated(Service, wrong, wrong), []);
});

test('addresses and families of a service change only by one being added or given up', () => {
  const both = {
    ...at('10.96.0.1', 'fd00::1'),
    ipFamilies: ['IPv4', 'IPv6'],
    ipFamilyPolicy: 'RequireDualStack',
  };
  const one = { ...at('10.96.0.1'), ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const cases: [object, object, string[]][] = [
    [both, one, []],
    [one, both, []],
    [
      { ...one, ipFamilyPolicy: 'PreferDualStack' },
      both,
      [
        `spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to 'SingleStack' when releasing the secondary clusterIP`,
        `spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to 'SingleStack' when releasing the secondary ipFamily`,
      ],
    ],
    [
      { ...one, ...at('10.96.0.2') },
      one,
      ['spec.clusterIPs[0]: Invalid value: ["10.96.0.2"]: may not change once set'],
    ],
    [{}, at('10.96.0.1'), ['spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset']],
    [
      { ...at('10.96.0.1'), ipFamilies: ['IPv6', 'IPv4'] },
      { ...at('10.96.0.1'), ipFamilies: ['IPv4'] },
      [
        'spec.ipFamilies[0]: Invalid value: ["10.96.0.1"]: may not change once set',
        'spec.clusterIPs[0]: Invalid value: "10.96.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`',
      ],
    ],
    [{ ...at('None'), ipFamilies: ['IPv6'] }, { ...at('None'), ipFamilies: ['IPv4'] }, []],
    [{ type: 'ExternalName', externalName: 'a.b' }, both, []],
  ];
  for (const [spec, old, errors] of cases)
    assert.deepEqual(updated(Service, service(spec), service(old)), errors);
  const classed = (name: string) => service(balanced({ loadBalancerClass: name }));
  assert.deepEqual(updated(Service, classed('a.b/d'), classed('a.b/c')), [
    'spec.loadBalancerClass: Invalid value: "a.b/d": may not change once set',
  ]);
  const odd = service({ externalIPs: ['010.0.0.1'], externalTrafficPolicy: 'Cluster' });
  assert.deepEqual(updated(Service, odd, odd), []);
  assert.equal(updated(Service, odd, service()).length, 1);
});

test('the status of a service has a load balancer only if its type does', () => {
  const status = (...ingress: object[]) => ({ status: { loadBalancer: { ingress } } });
  const path = 'status.loadBalancer.ingress';
  const point = { ip: '10.0.0.1', ipMode: 'VIP' };
  assert.deepEqual(statusUpdated(Service, service(balanced(), status(point))), []);
  assert.deepEqual(statusUpdated(Service, service({}, status(point))), [
    `${path}: Forbidden: may only be used when \`spec.type\` is 'LoadBalancer'`,
  ]);
  const wrong = status({ ip: '10.0.0.1' }, { hostname: 'a', ipMode: 'VIP' }, { ip: '10.0.0.1', ipMode: 'X' });
  assert.deepEqual(statusUpdated(Service, service(balanced(), wrong)), [
    `${path}[0].ipMode: Required value: must be specified when \`ip\` is set`,
    `${path}[1].ipMode: Forbidden: may not be specified when \`ip\` is not set`,
    `${path}[2].ipMode: Unsupported value: "X": supported values: "Proxy", "VIP"`,
  ]);
});
