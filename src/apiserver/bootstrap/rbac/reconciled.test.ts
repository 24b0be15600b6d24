import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RbacObject } from './bootstrap-rbac.ts';
import { administrators } from './cluster-role-bindings.ts';
import { AUTOUPDATE, aggregated, clusterRole, clusterRoleBinding, group, on, user } from './notation.ts';
import { reconciled } from './reconciled.ts';

const changed = <T extends RbacObject>(current: T, builtIn: T): Exclude<T, string> => {
  const next = reconciled(current, builtIn);
  assert.notEqual(next, 'recreate');
  return next as Exclude<T, string>;
};
const annotated = <T extends RbacObject>(object: T, value: string): T => ({
  ...object,
  metadata: { ...object.metadata, annotations: { [AUTOUPDATE]: value } },
});

test('a role gets the rules that it lacks, and keeps those that were added', () => {
  const builtIn = clusterRole('r', [on('core', 'pods nodes', 'get list'), on('apps', 'deployments', 'get')]);
  const added = on('core', 'secrets', 'get');
  const next = changed(clusterRole('r', [on('core', 'pods', 'get list'), added]), builtIn);
  assert.deepEqual(next.rules, [
    on('core', 'pods', 'get list'),
    added,
    on('core', 'nodes', 'get list'),
    on('apps', 'deployments', 'get'),
  ]);
  assert.equal(changed(next, builtIn), next);
});

test('rules that cover the built-in ones are left as they are', () => {
  const current = clusterRole('r', [on('*', '*', '*')]);
  assert.equal(changed(current, clusterRole('r', [on('core', 'pods', 'get')])), current);
});

test('a binding gets the subjects that it lacks, and keeps those that were added', () => {
  const builtIn = clusterRoleBinding('b', [user('a'), group('g')]);
  const next = changed(clusterRoleBinding('b', [user('other'), user('a')]), builtIn);
  assert.deepEqual(next.subjects, [user('other'), user('a'), group('g')]);
  assert.equal(changed(next, builtIn), next);
});

test('a binding to another role is to be created again', () => {
  const other = clusterRoleBinding('b', [user('a')], 'other');
  assert.equal(reconciled(other, clusterRoleBinding('b', [user('a')])), 'recreate');
});

test('an aggregated role gets the selectors that it lacks; a role that is no longer aggregated loses its own', () => {
  const [view, edit] = [aggregated('r', 'view'), aggregated('r', 'edit')];
  const { clusterRoleSelectors } = changed(view, edit).aggregationRule!;
  assert.deepEqual(clusterRoleSelectors, [
    ...view.aggregationRule!.clusterRoleSelectors!,
    ...edit.aggregationRule!.clusterRoleSelectors!,
  ]);
  const rules = [on('core', 'pods', 'get')];
  const plain = changed({ ...view, rules }, clusterRole('r', []));
  assert.deepEqual([plain.aggregationRule, plain.rules], [undefined, rules]);
});

test('labels and annotations that are missing come back; others stay', () => {
  const builtIn = clusterRole('r', []);
  const next = changed({ ...builtIn, metadata: { name: 'r', labels: { mine: 'yes' } } }, builtIn);
  assert.deepEqual(next.metadata, {
    name: 'r',
    annotations: { [AUTOUPDATE]: 'true' },
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', mine: 'yes' },
  });
});

test('what an administrator excepts, and the binding of kubeadm, are left alone', () => {
  const role = annotated(clusterRole('r', []), 'false');
  assert.equal(reconciled(role, clusterRole('r', [on('core', 'pods', 'get')])), role);
  const binding = annotated(clusterRoleBinding('b', [], 'other'), 'false');
  assert.equal(reconciled(binding, clusterRoleBinding('b', [user('a')])), binding);
  const empty = { ...administrators(), subjects: [] };
  assert.equal(reconciled(empty, administrators()), empty);
});
