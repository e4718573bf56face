/* Runs before anything is painted, so that no white flash blinds a patrol. A plain script: it must not wait.
   "auto" follows the phone, but between 18:00 and 5:00 it is dark whatever the phone says. */

(() => {
  const root = document.documentElement;
  const set = (chosen) => {
    const hour = new Date(Date.now() + 7 * 3600000).getUTCHours();
    const theme = chosen === 'auto' && (hour >= 18 || hour < 5) ? 'dark' : chosen;
    root.dataset.theme = theme;
    root.dataset.chosen = chosen;
    const meta = (name, content) => document.querySelector(`meta[name="${name}"]`)?.setAttribute('content', content);
    meta('color-scheme', { auto: 'light dark', day: 'light' }[theme] || 'dark');
    meta('theme-color', theme === 'night' ? '#000000' : '#0c2740');
  };
  let kept = 'auto';
  try {
    kept = localStorage.getItem('giao_dien') || 'auto';
  } catch { /* no storage: the colours of the phone */ }
  set(['auto', 'day', 'dark', 'night'].includes(kept) ? kept : 'auto');
  addEventListener('phone:colours', (event) => set(event.detail));
})();
