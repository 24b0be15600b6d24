// A command or a value that is to be copied.
import { toast } from '../../pieces/toast.tsx';

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied');
  } catch {
    toast('The browser does not let the page copy: select the text', 'bad');
  }
}

export const CopyLine = ({ text }: { text: string }) => (
  <span class="copy-line">
    <code>{text}</code>
    <button type="button" class="button small" aria-label={`Copy ${text}`} onClick={() => void copy(text)}>
      Copy
    </button>
  </span>
);
