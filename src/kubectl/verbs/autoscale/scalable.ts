// Whether the server can scale objects of a resource. Called by `autoscale`.
import type { Mapping } from '../../discovery/served.ts';
import type { Session } from '../../session/session.ts';

interface ResourceDocument {
  readonly resources?: readonly { readonly name: string }[];
}

export async function checkScalable(session: Session, mapping: Mapping): Promise<void> {
  const { group, version, resource, kind } = mapping;
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources = [] } = await session.json<ResourceDocument>({ path });
  if (resources.some(({ name }) => name === `${resource}/scale`)) return;
  throw new Error(
    `cannot autoscale a ${kind}: could not find scale subresource for ${group}/${version}, Resource=${resource} in discovery information`,
  );
}
