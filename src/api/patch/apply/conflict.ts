// The error of an apply that would change fields of other managers: 409 with one cause per field.
import type { StatusCause } from '../../meta/v1/status.ts';
import { failure, type StatusError } from '../../status/status-error.ts';
import { type FieldTree, members, pathText } from './field-tree.ts';
import type { Owner } from './managed.ts';

export interface Conflict {
  readonly owner: Owner;
  readonly fields: FieldTree;
}

export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const byOwner = conflicts
    .map(({ owner, fields }) => ({ who: whoIs(owner), paths: [...members(fields)].map(pathText) }))
    .sort((a, b) => (a.who < b.who ? -1 : 1));
  const causes: StatusCause[] = byOwner.flatMap(({ who, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  );
  return failure(409, 'Conflict', messageOf(byOwner, causes.length), { causes });
}

function messageOf(byOwner: readonly { who: string; paths: string[] }[], count: number): string {
  const [first] = byOwner;
  if (count === 1) return `Apply failed with 1 conflict: conflict with ${first!.who}: ${first!.paths[0]}`;
  const lines = byOwner.flatMap(({ who, paths }) => [
    `conflicts with ${who}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${count} conflicts: ${lines.join('\n')}`;
}

function whoIs(owner: Owner): string {
  const name = JSON.stringify(owner.manager);
  const part = owner.subresource ? `${name} with subresource ${JSON.stringify(owner.subresource)}` : name;
  return owner.operation === 'Update' ? `${part} using ${owner.apiVersion}` : part;
}
