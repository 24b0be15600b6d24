// Descriptions of roles and bindings. Rules that differ in their verbs only are shown as one.
import type { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';
import { writeClusterHead } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { listText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';
import { compactRules, ruleResource } from './rules.ts';

const RBAC = 'apis/rbac.authorization.k8s.io/v1';

export const role = async (subject: Subject) => ofRole(await readObject<Role>(subject, RBAC, 'roles'));
export const clusterRole = async (subject: Subject) =>
  ofRole(await readObject<ClusterRole>(subject, RBAC, 'clusterroles', false));
export const roleBinding = async (subject: Subject) =>
  ofBinding(await readObject<RoleBinding>(subject, RBAC, 'rolebindings'));
export const clusterRoleBinding = async (subject: Subject) =>
  ofBinding(await readObject<ClusterRoleBinding>(subject, RBAC, 'clusterrolebindings', false));

function ofRole(described: Role | ClusterRole): string {
  const w = new DescriptionWriter();
  writeClusterHead(w, described);
  w.write(0, 'PolicyRule:\n');
  writeRules(w, described.rules ?? []);
  return w.text();
}

function writeRules(w: DescriptionWriter, rules: readonly PolicyRule[]): void {
  w.cells(1, 'Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs');
  w.cells(1, '---------', '-----------------', '--------------', '-----');
  for (const rule of compactRules(rules))
    w.cells(
      1,
      ruleResource(rule),
      listText(rule.nonResourceURLs),
      listText(rule.resourceNames),
      listText(rule.verbs),
    );
}

function ofBinding(binding: RoleBinding | ClusterRoleBinding): string {
  const w = new DescriptionWriter();
  writeClusterHead(w, binding);
  w.write(0, 'Role:\n');
  w.row(1, 'Kind', binding.roleRef.kind);
  w.row(1, 'Name', binding.roleRef.name);
  w.write(0, 'Subjects:\n');
  w.cells(1, 'Kind', 'Name', 'Namespace');
  w.cells(1, '----', '----', '---------');
  for (const { kind, name, namespace = '' } of binding.subjects ?? []) w.cells(1, kind, name, namespace);
  return w.text();
}
