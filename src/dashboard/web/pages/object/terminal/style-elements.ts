// The terminal writes its style sheets into <style> elements, which the content security policy refuses. While it is opened, the document
// gives it elements of another kind, whose text becomes a constructed style sheet. (Its option for a document of its own reaches only a
// part of it.)

/** Runs `work`; `remove` takes away the sheets of the elements that were made meanwhile. */
export function withConstructedStyles(work: () => void): { remove(): void } {
  const sheets = new Set<CSSStyleSheet>();
  const make = document.createElement.bind(document);
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement =>
    name === 'style' ? styleElement(make('span'), sheets) : make(name, options);
  Object.defineProperty(document, 'createElement', { value: createElement, configurable: true });
  try {
    work();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
  return {
    remove() {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => !sheets.has(one));
    },
  };
}

function styleElement(element: HTMLElement, sheets: Set<CSSStyleSheet>): HTMLElement {
  const sheet = new CSSStyleSheet();
  sheets.add(sheet);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  element.hidden = true;
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) });
  return element;
}
