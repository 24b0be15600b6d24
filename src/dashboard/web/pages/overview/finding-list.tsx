// What is wrong, a line each, each a link to its object.
import { objectHref } from '../../app/links.ts';
import { ageText } from '../../pieces/age.ts';
import { Icon } from '../../pieces/icons.tsx';
import { Badge } from '../../pieces/small.tsx';
import type { Finding } from './findings/finding.ts';

/** Lines that are shown at once. */
const MOST = 50;

export interface FindingListProps {
  readonly findings: readonly Finding[];
  /** What could not be looked at. */
  readonly hidden: readonly string[];
  readonly isLoading: boolean;
  readonly now: number;
}

export function FindingList({ findings, hidden, isLoading, now }: FindingListProps) {
  if (findings.length === 0) {
    if (isLoading) return <p class="all-well dim">Looking …</p>;
    const text = hidden.length > 0 ? 'Nothing is wrong among what you may see' : 'Nothing is wrong';
    return (
      <p class="all-well">
        <Icon name="check" />
        {text}
      </p>
    );
  }
  return (
    <>
      <ul class="trouble-list">
        {findings.slice(0, MOST).map((finding) => (
          <FindingLine key={keyOf(finding)} finding={finding} now={now} />
        ))}
      </ul>
      {findings.length > MOST && <p class="dim more">and {findings.length - MOST} more</p>}
    </>
  );
}

const keyOf = ({ of, namespace, name, reason, message }: Finding): string =>
  `${of.plural} ${namespace ?? ''} ${name} ${reason} ${of.kind === 'Pod' ? '' : message}`;

function FindingLine({ finding, now }: { readonly finding: Finding; readonly now: number }) {
  const { severity, reason, message, of, namespace, name, since, count = 1 } = finding;
  const href =
    of.kind === 'Pod' && (reason === 'Unschedulable' || reason === 'SchedulingGated')
      ? `/dashboard/scheduling?pod=${encodeURIComponent(`${namespace}/${name}`)}`
      : objectHref(of, namespace, name);
  return (
    <li>
      <a class="finding" href={href}>
        <span
          class={`finding-mark ${severity}`}
          role="img"
          aria-label={severity === 'bad' ? 'Broken' : 'Warning'}
        />
        <span class="finding-what">
          <span class="finding-name">{name}</span>
          <span class="finding-where">
            {of.kind}
            {namespace && <> in {namespace}</>}
          </span>
        </span>
        <span class="finding-why">
          <Badge tone={severity}>{reason}</Badge>
          {count > 1 && <span class="finding-count">{count} pods</span>}
          <span class="finding-message" title={message}>
            {message}
          </span>
        </span>
        <span class="finding-age">{since !== undefined && ageText(since, now)}</span>
      </a>
    </li>
  );
}
