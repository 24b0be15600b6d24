import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../api/core/v1/pod.ts';
import type { Service } from '../../api/core/v1/service.ts';
import { seededRandom } from '../../kit/random.ts';
import { parseProxyId, podProxyLocation, serviceProxyLocation } from './proxy-location.ts';

const pod = (podIP: string, ports: number[] = []) =>
  ({
    spec: { containers: [{}, { ports: ports.map((containerPort) => ({ containerPort })) }] },
    status: { podIP },
  }) as unknown as Pod;

describe('the proxy of a pod', () => {
  it('takes scheme and port from the name', () => {
    const id = parseProxyId('pod', 'https:web:8443');
    assert.deepEqual(podProxyLocation(pod('10.1.2.3'), id), {
      scheme: 'https',
      host: '10.1.2.3',
      port: 8443,
    });
  });

  it('takes the first declared port, else the scheme’s', () => {
    assert.equal(podProxyLocation(pod('10.1.2.3', [8080, 9090]), parseProxyId('pod', 'web')).port, 8080);
    assert.equal(podProxyLocation(pod('10.1.2.3'), parseProxyId('pod', 'https:web:')).port, 443);
  });

  it('refuses names it cannot read and addresses of the server itself', () => {
    assert.throws(() => parseProxyId('pod', 'ftp:web:21'), { message: 'invalid pod request "ftp:web:21"' });
    assert.throws(() => parseProxyId('pod', ':80'), { code: 400 });
    for (const ip of ['', '127.0.0.1', '169.254.169.254', '::1', 'fe80::1']) {
      assert.throws(() => podProxyLocation(pod(ip), parseProxyId('pod', 'web')), {
        message: 'address not allowed',
      });
    }
  });
});

describe('the proxy of a service', () => {
  const service = { spec: { ports: [{ name: 'web', port: 80 }] } } as unknown as Service;
  const endpoints = [{ address: '10.1.2.3', ports: [{ name: 'web', port: 8080 }] }];
  const locate = (id: string, among = endpoints) =>
    serviceProxyLocation(service, among, parseProxyId('service', id), seededRandom(1));

  it('finds an endpoint by the port’s name or number', () => {
    const expected = { scheme: 'http', host: '10.1.2.3', port: 8080 };
    assert.deepEqual(locate('s:web'), expected);
    assert.deepEqual(locate('s:80'), expected);
  });

  it('says what is missing', () => {
    assert.throws(() => locate('s:81'), { code: 503, message: 'no service port 81 found for service "s"' });
    assert.throws(() => locate('s:web', []), {
      code: 503,
      message: 'no endpoints available for service "s"',
    });
  });
});
