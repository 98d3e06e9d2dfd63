// Before the first paint, so that a dark screen does not flash white. The choice is no secret: it is kept in the browser.
try {
  const theme = localStorage.getItem('heddle.theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // No storage allowed: the system's own choice holds.
}
