// One object.
import { kindOf } from '../../api/discovery.ts';
import { objectPath } from '../../api/kind.ts';
import { useObject } from '../../api/live.ts';
import { groupOf } from '../../app/links.ts';
import type { PageProps } from '../../app/page.ts';
import { Empty, Refused, Spinner } from '../../pieces/small.tsx';

export default function ObjectPage({ params }: PageProps) {
  const { group = 'core', plural = '', name = '' } = params;
  const namespace = params.namespace === '-' ? '' : (params.namespace ?? '');
  const kind = kindOf(groupOf(group), plural);
  const live = useObject(kind && objectPath(kind, namespace, name));
  const object = live.object.value;
  if (live.state.value === 'refused') return <Refused error={live.error.value} what={name} />;
  if (live.state.value === 'gone') return <Empty title={`${name} does not exist`} />;
  if (!object) return <Spinner />;
  return (
    <div class="page">
      <header class="page-head">
        <h1>{name}</h1>
      </header>
      <pre class="code">{JSON.stringify(object, null, 2)}</pre>
    </div>
  );
}
