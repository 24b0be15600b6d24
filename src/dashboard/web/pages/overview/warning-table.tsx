// Warnings of the last hour.
import { kindByName } from '../../api/discovery.ts';
import { listHref, objectHref } from '../../app/links.ts';
import { ageText } from '../../pieces/age.ts';
import type { Warning } from './findings/warnings.ts';

const MOST = 12;
const EVENTS = { group: '', version: 'v1', plural: 'events' };

export interface WarningTableProps {
  readonly warnings: readonly Warning[];
  readonly hidden: boolean;
  readonly now: number;
}

export function WarningTable({ warnings, hidden, now }: WarningTableProps) {
  return (
    <section class="card flush" aria-labelledby="warnings">
      <header class="card-head">
        <h2 id="warnings">Warnings of the last hour</h2>
        <a href={listHref(EVENTS)}>All events</a>
      </header>
      {hidden ? (
        <p class="all-well dim">You may not list events here</p>
      ) : warnings.length === 0 ? (
        <p class="all-well dim">None</p>
      ) : (
        <ul class="warnings">
          {warnings.slice(0, MOST).map((warning) => (
            <li key={`${warning.kind} ${warning.namespace} ${warning.name} ${warning.reason}`}>
              <span class="warning-head">
                <span class="warn">{warning.reason}</span>
                {warning.count > 1 && <span class="faint">×{warning.count}</span>}
                <ObjectLink warning={warning} />
                <span class="finding-age">{ageText(warning.last, now)}</span>
              </span>
              <span class="finding-message" title={warning.message}>
                {warning.message}
              </span>
            </li>
          ))}
          {warnings.length > MOST && <li class="dim">and {warnings.length - MOST} more</li>}
        </ul>
      )}
    </section>
  );
}

function ObjectLink({ warning }: { readonly warning: Warning }) {
  const { apiVersion, kind: name } = warning;
  const slash = apiVersion.indexOf('/');
  const kind = kindByName(slash < 0 ? '' : apiVersion.slice(0, slash), name);
  const text = `${name.toLowerCase()}/${warning.name}`;
  if (!kind) return <span>{text}</span>;
  return <a href={objectHref(kind, kind.namespaced ? warning.namespace : '', warning.name)}>{text}</a>;
}
