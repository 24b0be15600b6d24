import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findMapping } from './find.ts';
import type { Mapping } from './served.ts';

const mapping = (group: string, kind: string, resource: string, singular: string): Mapping => ({
  group,
  version: 'v1',
  kind,
  resource,
  singular,
  namespaced: true,
  verbs: [],
  shortNames: resource === 'pods' ? ['po'] : [],
  categories: [],
});

const all = [
  mapping('', 'Pod', 'pods', 'pod'),
  mapping('apps', 'Deployment', 'deployments', 'deployment'),
  mapping('mygroup.example.com', 'Kind', 'resources', 'resource'),
];
const meant = (word: string) => findMapping(all, word)?.mapping.resource;

describe('a word for a resource', () => {
  it('is its plural, singular, short name or kind, with or without its version and group', () => {
    for (const word of ['pods', 'pod', 'po', 'Pod', 'pods.v1.']) assert.equal(meant(word), 'pods', word);
    for (const word of ['deployments.apps', 'deployment.v1.apps', 'Deployment.v1.apps'])
      assert.equal(meant(word), 'deployments', word);
    assert.equal(meant('nothing'), undefined);
    assert.equal(meant('pods.apps'), undefined);
  });

  it('may be a kind in small letters, where the resource is called otherwise', () => {
    for (const word of ['kind', 'kind.mygroup.example.com', 'Kind.v1.mygroup.example.com'])
      assert.equal(meant(word), 'resources', word);
  });
});
