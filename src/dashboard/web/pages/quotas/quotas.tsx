// Quotas and limits by namespace: use against what is allowed, as bars.
import type { LimitRange } from '../../../../api/kinds/core/v1/limit-range.ts';
import type { ResourceQuota } from '../../../../api/kinds/core/v1/resource-quota.ts';
import { nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import { collectionPath } from '../../api/kind.ts';
import { useLive } from '../../api/live.ts';
import { objectHref } from '../../app/links.ts';
import { namespaceChoice } from '../../app/route.ts';
import '../../pieces/amounts/meter.css';
import '../../pieces/plain-table.css';
import { Empty, Refused, Spinner } from '../../pieces/small.tsx';
import { barsOf, limitsOf, scopeText } from './bars.ts';
import './quotas.css';

const QUOTAS = { group: '', version: 'v1', plural: 'resourcequotas' };
const LIMITS = { group: '', version: 'v1', plural: 'limitranges' };

export default function QuotasPage() {
  const namespace = namespaceChoice.value;
  const quotas = useLive<ResourceQuota>(collectionPath(QUOTAS, namespace));
  const limits = useLive<LimitRange>(collectionPath(LIMITS, namespace));
  const isLoading = quotas.state.value === 'loading' || limits.state.value === 'loading';
  const byName = <T extends ResourceQuota | LimitRange>(items: readonly T[]) =>
    [...items].sort((a, b) =>
      `${namespaceOf(a)}/${nameOf(a)}`.localeCompare(`${namespaceOf(b)}/${nameOf(b)}`),
    );
  if (quotas.state.value === 'refused' && limits.state.value === 'refused')
    return <Refused error={quotas.error.value} what="quotas" />;
  const isEmpty = quotas.items.value.length + limits.items.value.length === 0;
  return (
    <div class="page">
      <header class="page-head">
        <h1>Quotas and limits</h1>
        <span class="dim">{namespace ? `of namespace ${namespace}` : 'of all namespaces'}</span>
      </header>
      {quotas.state.value === 'refused' && <p class="dim">You may not list quotas here.</p>}
      {limits.state.value === 'refused' && <p class="dim">You may not list limit ranges here.</p>}
      {isEmpty &&
        (isLoading ? (
          <Spinner />
        ) : (
          <Empty title={`No quotas or limits${namespace ? ` in ${namespace}` : ''}`} />
        ))}
      <div class="quota-cards">
        {byName(quotas.items.value).map((quota) => (
          <Quota key={quota.metadata.uid} quota={quota} />
        ))}
      </div>
      {byName(limits.items.value).map((range) => (
        <Limits key={range.metadata.uid} range={range} />
      ))}
    </div>
  );
}

function Quota({ quota }: { readonly quota: ResourceQuota }) {
  const scope = scopeText(quota);
  return (
    <section class="card" aria-label={`Quota ${nameOf(quota)} of ${namespaceOf(quota)}`}>
      <header class="card-head">
        <h2>
          <a href={objectHref(QUOTAS, namespaceOf(quota), nameOf(quota))}>{nameOf(quota)}</a>
        </h2>
        <span class="dim">{namespaceOf(quota)}</span>
      </header>
      {scope && <p class="dim quota-scope">Only for {scope}</p>}
      <ul class="bars">
        {barsOf(quota).map(({ resource, used, hard, share }) => {
          const width = share === undefined ? 0 : Math.min(100, share * 100);
          const tone = width >= 100 ? 'bad' : width >= 90 ? 'warn' : '';
          return (
            <li key={resource}>
              <span class="meter-text">
                <span>{resource}</span>
                <span>
                  <b class={tone}>{used}</b> <span class="dim">of {hard}</span>
                </span>
              </span>
              <span class="meter-bar" aria-hidden="true">
                <span class={`meter-used ${tone}`} style={{ width: `${width}%` }} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Limits({ range }: { readonly range: LimitRange }) {
  return (
    <section class="card flush scroll-x" aria-label={`Limits ${nameOf(range)} of ${namespaceOf(range)}`}>
      <header class="card-head">
        <h2>
          <a href={objectHref(LIMITS, namespaceOf(range), nameOf(range))}>{nameOf(range)}</a>
        </h2>
        <span class="dim">{namespaceOf(range)}</span>
      </header>
      <table class="plain-table full">
        <thead>
          <tr>
            <th scope="col">For each</th>
            <th scope="col">Resource</th>
            <th scope="col">At least</th>
            <th scope="col">At most</th>
            <th scope="col">Default request</th>
            <th scope="col">Default limit</th>
            <th scope="col">Limit ÷ request</th>
          </tr>
        </thead>
        <tbody>
          {limitsOf(range).map(({ type, resource, min, max, request, limit, ratio }) => (
            <tr key={`${type} ${resource}`}>
              <td>{type}</td>
              <td>{resource}</td>
              {[min, max, request, limit, ratio].map((amount, i) => (
                <td key={i}>{amount || <span class="faint">–</span>}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
