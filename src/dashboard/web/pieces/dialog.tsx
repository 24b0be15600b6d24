// Dialogs: the element of the platform, which keeps the focus inside and closes with Escape.
import { type ComponentChildren, render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function Dialog({ title, onClose, wide, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  const outside = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same
    <dialog
      ref={dialog}
      class={wide ? 'dialog wide' : 'dialog'}
      onClose={onClose}
      onClick={outside}
      aria-label={title}
    >
      <div class="dialog-body">
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

export interface Question {
  readonly title: string;
  readonly text?: ComponentChildren;
  /** What is done: the button's text. */
  readonly action: string;
  readonly danger?: boolean;
}

/** True when the user says yes. */
export function confirmDialog({ title, text, action, danger }: Question): Promise<boolean> {
  const place = document.createElement('div');
  document.body.append(place);
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      render(null, place);
      place.remove();
      resolve(answer);
    };
    render(
      <Dialog title={title} onClose={() => end(false)}>
        {text && <div class="dialog-text">{text}</div>}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => end(false)}>
            Cancel
          </button>
          <button
            type="button"
            class={danger ? 'button danger' : 'button primary'}
            onClick={() => end(true)}
            autofocus
          >
            {action}
          </button>
        </div>
      </Dialog>,
      place,
    );
  });
}
