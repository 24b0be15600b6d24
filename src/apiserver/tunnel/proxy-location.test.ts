import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { aContainer, aPod } from '../../sim/objects/pod.ts';
import { parseProxyId, podProxyLocation } from './proxy-location.ts';

const pod = (podIP: string, ports: number[] = []): Pod => {
  const declared = ports.map((containerPort) => ({ containerPort }));
  const containers = [aContainer('first'), aContainer('second', { ports: declared })];
  return { ...aPod('web', { containers }), status: { podIP } };
};

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

  it('refuses invalid names and addresses of the server’s own host', () => {
    assert.throws(() => parseProxyId('pod', 'ftp:web:21'), { message: 'invalid pod request "ftp:web:21"' });
    assert.throws(() => parseProxyId('pod', ':80'), { code: 400 });
    for (const ip of ['', '127.0.0.1', '169.254.169.254', '::1', 'fe80::1']) {
      assert.throws(() => podProxyLocation(pod(ip), parseProxyId('pod', 'web')), {
        message: 'address not allowed',
      });
    }
  });
});
