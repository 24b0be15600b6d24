// The fields that a request through one door may not own, because that door does not write them: status on the main
// resource; spec and the metadata of others on the status subresource.
import type { AnyResource } from '../../meta/v1/resource.ts';
import { emptySet, type FieldTree, leaf } from './field-tree.ts';

const status: FieldTree = { 'f:status': leaf };

const exceptStatus: Readonly<Record<string, FieldTree>> = {
  '/Pod': { 'f:spec': leaf, 'f:metadata': { 'f:deletionTimestamp': leaf, 'f:ownerReferences': leaf } },
  '/Namespace': { 'f:spec': leaf },
  '/Node': { 'f:spec': leaf },
  '/Service': { 'f:spec': leaf },
  '/ResourceQuota': { 'f:spec': leaf },
  '/ReplicationController': { 'f:spec': leaf },
  '/PersistentVolume': { 'f:spec': leaf },
  '/PersistentVolumeClaim': { 'f:spec': leaf },
  'apps/Deployment': { 'f:spec': leaf, 'f:metadata': { 'f:labels': leaf } },
};

const customStatus: FieldTree = { 'f:spec': leaf, 'f:metadata': leaf };
const specOnly: FieldTree = { 'f:spec': leaf };

export function resetFields(kind: AnyResource, subresource: string): FieldTree {
  const { group, kind: name, subresources } = kind.resource;
  if (subresource === 'status') {
    const custom = !kind.name.startsWith('io.k8s.');
    return exceptStatus[`${group}/${name}`] ?? (custom ? customStatus : specOnly);
  }
  return subresource === '' && subresources?.status ? status : emptySet;
}
