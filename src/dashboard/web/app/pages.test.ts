import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Kind } from '../api/kind.ts';
import { bestMatches } from './frame/find.ts';
import { groupOf, listHref, objectHref } from './links.ts';
import { kindsOfGroup, titleOf } from './navigation.ts';
import type { GROUPS } from './page.ts';
import { matchPath } from './paths.ts';

const kind = (name: string, plural: string, group = ''): Kind => ({
  ...{ group, version: 'v1', kind: name, plural, singular: name.toLowerCase(), namespaced: true },
  ...{ verbs: [], shortNames: [], custom: false, subresources: [] },
});

describe('addresses', () => {
  it('lead to the page that made them', () => {
    const href = objectHref(kind('Pod', 'pods'), 'shop', 'a b/ü');
    const path = href.slice('/dashboard'.length);
    const found = matchPath('/o/:group/:version/:plural/:namespace/:name', path);
    assert.deepEqual(found, {
      group: 'core',
      version: 'v1',
      plural: 'pods',
      namespace: 'shop',
      name: 'a b/ü',
    });
    assert.equal(groupOf('core'), '');
    assert.equal(
      listHref(kind('Boat', 'boats', 'sea.example'), 'x'),
      '/dashboard/k/sea.example/v1/boats?ns=x',
    );
    assert.equal(
      objectHref(kind('Node', 'nodes'), undefined, 'n1', 'logs'),
      '/dashboard/o/core/v1/nodes/-/n1?tab=logs',
    );
  });

  it('fit a pattern part by part', () => {
    assert.equal(matchPath('/nodes/:name', '/nodes'), undefined);
    assert.equal(matchPath('/nodes/:name', '/pods/x'), undefined);
    assert.deepEqual(matchPath('/nodes/:name', '/nodes/%E0%A4%A'), { name: '%E0%A4%A' });
  });
});

describe('the navigation', () => {
  it('calls kinds as Kubernetes does, in the plural', () => {
    const titles = [
      kind('NetworkPolicy', 'networkpolicies'),
      kind('Ingress', 'ingresses'),
      kind('Endpoints', 'endpoints'),
      kind('Pod', 'pods'),
      kind('Fish', 'school'),
    ].map(titleOf);
    assert.deepEqual(titles, ['NetworkPolicies', 'Ingresses', 'Endpoints', 'Pods', 'Fish']);
  });

  it('shows those that the server has, and what others define apart', () => {
    const kinds = [kind('Boat', 'boats', 'sea.example'), kind('Pod', 'pods'), kind('Job', 'jobs', 'batch')];
    const titles = (group: (typeof GROUPS)[number]) => kindsOfGroup(group, kinds).map(({ title }) => title);
    assert.deepEqual(titles('Workloads'), ['Pods', 'Jobs']);
    assert.deepEqual(titles('Custom'), ['Boats']);
    assert.deepEqual(titles('Storage'), []);
  });

  it('gives each letter once', () => {
    const texts = ['pages.ts', 'navigation.ts'].map((name) =>
      readFileSync(new URL(name, import.meta.url), 'utf8'),
    );
    const letters = texts.flatMap((text) => [...text.matchAll(/\bkey: '(.)'/g)].map(([, letter]) => letter));
    assert.ok(letters.length > 10);
    assert.deepEqual(letters.length, new Set(letters).size, letters.sort().join(''));
  });
});

it('what is found first is what is called so', () => {
  const all = [
    ['PodTemplates', 'podtemplate'],
    ['Deployments', 'deploy'],
    ['Endpoints', 'ep'],
    ['Pods', 'pod', 'po'],
  ];
  const found = (text: string) => bestMatches(all, text, (one) => one).map(([name]) => name);
  assert.deepEqual(found('pod'), ['Pods', 'PodTemplates']);
  assert.deepEqual(found('deploy').slice(0, 1), ['Deployments']);
  assert.deepEqual(found('dpl').slice(0, 1), ['Deployments']);
  assert.equal(found('').length, 4);
});
