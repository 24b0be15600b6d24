// Containers: what they do and why they do not, their images, ports, resources, probes, environment and mounts.
import { systemClock } from '../../../../../kit/clock.ts';
import { ageText } from '../../../pieces/age.ts';
import { Badge } from '../../../pieces/small.tsx';
import { type ContainerView, envText, portText, probeText, type StateText } from './containers.ts';
import { ObjectLink } from './object-link.tsx';

export interface ContainersProps {
  readonly views: readonly ContainerView[];
  readonly namespace: string;
  /** Of pods to be made: they have no state. */
  readonly isTemplate?: boolean;
}

export const Containers = ({ views, namespace, isTemplate = false }: ContainersProps) => (
  <section class="containers" aria-label="Containers">
    {views.map((view) => (
      <ContainerCard key={view.container.name} view={view} namespace={namespace} isTemplate={isTemplate} />
    ))}
  </section>
);

const TYPES = { init: 'init', sidecar: 'sidecar', main: '', ephemeral: 'debug' } as const;

function ContainerCard({
  view,
  namespace,
  isTemplate,
}: {
  view: ContainerView;
  namespace: string;
  isTemplate: boolean;
}) {
  const { container, type, state, last, restarts } = view;
  const { env = [], envFrom = [], volumeMounts = [], ports = [] } = container;
  return (
    <article class="card container">
      <header>
        <h2>{container.name}</h2>
        {TYPES[type] && <Badge>{TYPES[type]}</Badge>}
        {!isTemplate && <State state={state} />}
        {restarts > 0 && (
          <span class="warn">
            {restarts} restart{restarts > 1 ? 's' : ''}
          </span>
        )}
      </header>
      {!isTemplate && state.message && (
        <p class={`note ${state.tone === 'bad' ? 'bad' : ''}`}>{state.message}</p>
      )}
      {last && (
        <p class="dim">
          Before: {last.word}
          {last.message && `, ${last.message}`}
          {last.since && `, ${ageText(Date.parse(last.since), systemClock.now())} ago`}
        </p>
      )}
      <dl class="object-facts">
        <Line label="Image" value={container.image} mono />
        <Line
          label="Command"
          value={[...(container.command ?? []), ...(container.args ?? [])].join(' ')}
          mono
        />
        <Line label="Ports" value={ports.map(portText).join(', ')} />
        <Line label="Requests" value={amounts(container.resources?.requests)} />
        <Line label="Limits" value={amounts(container.resources?.limits)} />
        {container.livenessProbe && <Line label="Liveness" value={probeText(container.livenessProbe)} />}
        {container.readinessProbe && <Line label="Readiness" value={probeText(container.readinessProbe)} />}
        {container.startupProbe && <Line label="Startup" value={probeText(container.startupProbe)} />}
      </dl>
      {env.length + envFrom.length > 0 && (
        <details>
          <summary>Environment ({env.length + envFrom.length})</summary>
          <table class="plain-table">
            <tbody>
              {envFrom.map(({ prefix = '', configMapRef, secretRef }) => {
                const kind = configMapRef ? 'ConfigMap' : 'Secret';
                const name = configMapRef?.name ?? secretRef?.name ?? '';
                return (
                  <tr key={`${kind}/${name}`}>
                    <td class="mono">{prefix}*</td>
                    <td>
                      all of <ObjectLink reference={{ group: '', kind, namespace, name }} withKind />
                    </td>
                  </tr>
                );
              })}
              {env.map((variable) => (
                <tr key={variable.name}>
                  <td class="mono">{variable.name}</td>
                  <td class={variable.valueFrom ? 'dim' : 'mono'}>{envText(variable)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      {volumeMounts.length > 0 && (
        <details>
          <summary>Mounts ({volumeMounts.length})</summary>
          <table class="plain-table">
            <tbody>
              {volumeMounts.map(({ mountPath, name, readOnly, subPath }) => (
                <tr key={mountPath}>
                  <td class="mono">{mountPath}</td>
                  <td>
                    {name}
                    {subPath && `/${subPath}`} {readOnly && <span class="dim">read-only</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </article>
  );
}

const State = ({ state }: { state: StateText }) => (
  <>
    <Badge tone={state.tone}>{state.word}</Badge>
    {state.since && <span class="dim">{ageText(Date.parse(state.since), systemClock.now())}</span>}
  </>
);

const amounts = (list: Readonly<Record<string, unknown>> | undefined): string =>
  Object.entries(list ?? {})
    .map(([name, amount]) => `${name} ${String(amount)}`)
    .join(', ');

const Line = ({ label, value, mono }: { label: string; value: string | undefined; mono?: boolean }) =>
  value ? (
    <div>
      <dt>{label}</dt>
      <dd class={mono ? 'mono' : ''}>{value}</dd>
    </div>
  ) : null;
