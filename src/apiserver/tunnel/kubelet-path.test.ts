import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aContainer, aPod, type PodSpec } from '../../sim/objects/pod.ts';
import { attachOptions, execOptions, portForwardOptions } from './connect-options.ts';
import { chooseContainer, commandPath, logPath, nodeOf, portForwardPath } from './kubelet-path.ts';
import { rewriteUrl } from './rewrite.ts';

const pod = (spec: Partial<PodSpec>) => aPod('p', spec, { namespace: 'ns' });
const one = pod({ nodeName: 'n', containers: [aContainer('c')] });
const two = pod({ containers: [aContainer('a'), aContainer('b')], initContainers: [aContainer('i')] });
const query = (text: string) => new URLSearchParams(text);

describe('the kubelet’s path of a request', () => {
  it('renames the parameters of exec and keeps the arguments of the command', () => {
    assert.equal(
      commandPath(
        'exec',
        one,
        execOptions(query('stdin=true&stdout=true&tty=false&command=sh&command=-c&command=a+b')),
      ),
      '/exec/ns/p/c?input=1&output=1&command=sh&command=-c&command=a+b',
    );
  });

  it('omits the command for attach', () => {
    assert.equal(
      commandPath('attach', one, attachOptions(query('stdout=1&container=c&command=x'))),
      '/attach/ns/p/c?output=1',
    );
  });

  it('keeps the options of a log', () => {
    assert.equal(
      logPath(one, query('container=c&follow=true&tailLines=5&insecureSkipTLSVerifyBackend=true')),
      '/containerLogs/ns/p/c?follow=true&tailLines=5',
    );
  });

  it('joins the ports of a port-forward', () => {
    assert.equal(portForwardPath(one, portForwardOptions(query(''))), '/portForward/ns/p');
    assert.equal(
      portForwardPath(one, portForwardOptions(query('ports=80,81'))),
      '/portForward/ns/p?port=80%2C81',
    );
  });
});

describe('the chosen container', () => {
  it('is the only one, or the one named', () => {
    assert.equal(chooseContainer(one, null), 'c');
    assert.equal(chooseContainer(two, 'i'), 'i');
  });

  it('must be named among several, and exist', () => {
    assert.throws(() => chooseContainer(two, null), {
      message:
        'a container name must be specified for pod p, choose one of: [a b] or one of the init containers: [i]',
    });
    assert.throws(() => chooseContainer(one, 'x'), {
      message: 'container x is not valid for pod p',
      code: 400,
    });
  });

  it('is refused before the pod has a node', () => {
    assert.equal(nodeOf(one), 'n');
    assert.throws(() => nodeOf(two), { message: 'pod p does not have a host assigned' });
  });
});

describe('a link of a proxied page', () => {
  const place = { prefix: '/proxy', hosts: ['10.0.0.1:80', 'api:6443'] };

  it('gets the proxy’s path as a prefix if it is a path of the backend', () => {
    assert.equal(rewriteUrl('/a?b#c', place), '/proxy/a?b#c');
    assert.equal(rewriteUrl('http://10.0.0.1:80/a', place), '/proxy/a');
  });

  it('is unchanged if it is relative, of another host or rewritten already', () => {
    for (const url of ['a/b', '#top', 'http://other/a', '/proxy/a', 'mailto:x@y', '']) {
      assert.equal(rewriteUrl(url, place), url);
    }
  });
});
