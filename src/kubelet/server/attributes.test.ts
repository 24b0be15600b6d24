import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesOf } from './attributes.ts';

const user = { name: 'ann', groups: [] };

test('every path asks for the rights that upstream asks for', () => {
  // pkg/kubelet/server/auth.go, with the feature KubeletFineGrainedAuthz.
  for (const [method, path, verb, subresources] of [
    ['GET', '/stats', 'get', 'stats'],
    ['GET', '/stats/summary', 'get', 'stats'],
    ['GET', '/metrics', 'get', 'metrics'],
    ['GET', '/metrics/cadvisor', 'get', 'metrics'],
    ['GET', '/metricsx', 'get', 'proxy'],
    ['GET', '/logs/', 'get', 'log'],
    ['GET', '/logs/kern.log', 'get', 'log'],
    ['POST', '/checkpoint/default/p/c', 'create', 'checkpoint'],
    ['GET', '/statusz', 'get', 'statusz'],
    ['GET', '/flagz', 'get', 'configz'],
    ['GET', '/pods', 'get', 'pods proxy'],
    ['GET', '/pods/', 'get', 'pods proxy'],
    ['GET', '/runningpods/', 'get', 'pods proxy'],
    ['GET', '/healthz', 'get', 'healthz proxy'],
    ['GET', '/healthz/ping', 'get', 'healthz proxy'],
    ['GET', '/configz', 'get', 'configz proxy'],
    ['GET', '/containerLogs/default/p/c', 'get', 'proxy'],
    ['POST', '/run/default/p/c', 'create', 'proxy'],
    ['POST', '/exec/default/p/c', 'create', 'proxy'],
    ['GET', '/exec/default/p/c', 'get', 'proxy'],
    ['POST', '/attach/default/p/c', 'create', 'proxy'],
    ['POST', '/portForward/default/p', 'create', 'proxy'],
    ['PUT', '/debug/flags/v', 'update', 'proxy'],
    ['GET', '/debug/pprof/heap', 'get', 'proxy'],
    ['PATCH', '/anything', 'patch', 'proxy'],
    ['DELETE', '/', 'delete', 'proxy'],
    ['HEAD', '/pods', '', 'pods proxy'],
    ['OPTIONS', '/pods', '', 'pods proxy'],
  ] as const) {
    const asked = attributesOf(user, method, path, 'n1');
    assert.deepEqual(asked.map(({ subresource }) => subresource).join(' '), subresources, path);
    assert.ok(
      asked.every((a) => a.verb === verb && a.resource === 'nodes' && a.name === 'n1' && a.user === user),
    );
  }
});
