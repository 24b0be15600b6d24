// `deployments.apps.spec.template` as a resource and the fields behind it.
import type { Mapper } from '../discovery/mapper.ts';
import type { Mapping } from '../discovery/served.ts';
import { parseJsonPath } from '../printers/jsonpath/parse.ts';

export interface ResourcePath {
  readonly mapping: Mapping;
  readonly fields: readonly string[];
}

function namesOf(text: string): string[] {
  const [action, another] = parseJsonPath(`{.${text.replace(/\.$/, '')}}`);
  if (action?.kind !== 'list' || another) throw new Error('must pass in 1 jsonpath string');
  return action.nodes.map((node, i) => {
    if (node.kind === 'field') return node.name;
    throw new Error(
      `invalid jsonpath syntax, ${i === 0 ? 'first node must be field node' : 'all nodes must be field nodes'}`,
    );
  });
}

/** The group may stand behind the resource, unless the version is given apart. */
export async function readResourcePath(
  text: string,
  mapper: Mapper,
  withGroup: boolean,
): Promise<ResourcePath> {
  const [resource = '', ...fields] = namesOf(text);
  const first = await mapper.find(resource);
  if (!withGroup) return { mapping: first, fields };
  const all = await mapper.all();
  for (const mapping of all.filter((one) => one.resource === first.resource)) {
    const full = mapping.group ? `${mapping.resource}.${mapping.group}` : mapping.resource;
    const rest = text.slice(full.length);
    if (text.startsWith(full) && (rest === '' || rest.startsWith('.')))
      return { mapping, fields: rest === '' || rest === '.' ? [] : namesOf(rest.slice(1)) };
  }
  return { mapping: first, fields };
}
