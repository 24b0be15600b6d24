// The ports of a pod or a Service, and how to reach them from one's own machine.
import { CopyLine } from '../copy-line.tsx';
import type { KubeObject } from '../object-shape.ts';
import { forwardCommand, portsOf } from './ports.ts';

export function Ports({ object, namespace }: { object: KubeObject; namespace: string }) {
  const ports = portsOf(object);
  if (ports.length === 0) return null;
  return (
    <section class="card">
      <h2>Ports</h2>
      <table class="plain-table">
        <tbody>
          {ports.map((port) => (
            <tr key={`${port.port}/${port.protocol}/${port.name}`}>
              <td>
                {port.port}/{port.protocol}
              </td>
              <td>{port.name}</td>
              <td class="dim">{port.detail}</td>
              <td>
                {port.protocol === 'TCP' && <CopyLine text={forwardCommand(object, namespace, port.port)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
