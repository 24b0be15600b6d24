// A revision's pod template as `rollout history --revision` and `undo --dry-run=client` show it: as `describe` does, but with tabs that are
// not aligned, as upstream prints them.
import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { writePodTemplate } from '../../describe/pods/template.ts';
import { DescriptionWriter } from '../../describe/writer.ts';
import { escapeTerminal } from '../../printers/terminal.ts';

class UnalignedWriter extends DescriptionWriter {
  #text = '';

  override write(level: number, text: string): void {
    this.#text += escapeTerminal('  '.repeat(level) + text);
  }

  override text(): string {
    return this.#text;
  }
}

export function templateText(template: PodTemplateSpec): string {
  const w = new UnalignedWriter();
  writePodTemplate(w, template);
  return w.text();
}
