// Before anything is shown: dark or light, as was chosen here before. Without a choice the page follows the system.

/** A browser may refuse to keep anything for a page that was opened as a file. */
function chosen(): string | null {
  try {
    return localStorage.getItem('theme');
  } catch {
    return null;
  }
}

const theme = chosen();
if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
