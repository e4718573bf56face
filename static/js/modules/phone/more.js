/* Colours, practice, the bin. */

import { KEPT_MS } from '../../offline/outbox.js';
import { PRACTICE, openStore } from '../../offline/db.js';
import { stretchName, whenWritten } from './facts.js';
import { flushAll } from './saver.js';
import { installOffer } from './updates.js';
import { draw, fill, rows, show, taps } from './view.js';

export async function more(app) {
  const screen = draw('more');
  const known = Boolean(app.owner && app.reference);
  if (known) fill(screen, { name: app.reference.person.name, unit: app.reference.person.unit_name });
  fill(screen, { version: document.documentElement.dataset.version });
  show(screen, { known, installable: installOffer() !== null });
  const paint = () => screen.querySelectorAll('[data-theme-name]').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.themeName === (document.documentElement.dataset.chosen || 'auto')));
  });
  taps(screen, {
    theme: (button) => {
      const theme = button.dataset.themeName;
      localStorage.setItem('giao_dien', theme);
      window.dispatchEvent(new CustomEvent('phone:colours', { detail: theme }));
      fetch('/giao-dien', { method: 'POST', body: new URLSearchParams({ theme, back: '/phone' }) }).catch(() => {});   // the other pages follow when there is signal
      paint();
    },
    install: async () => {
      await installOffer().prompt();
      show(screen, { installable: false });
    },
  });
  paint();
  return screen;
}

export async function practice(app) {
  const screen = draw('practice');
  show(screen, { practice: app.practising });
  const reload = () => { history.replaceState(null, '', '/phone'); location.reload(); };   // no screen may open the store again
  taps(screen, {
    start: async () => {
      await flushAll();
      if (!app.reference) return app.go('/');
      sessionStorage.setItem('tap-thu', '1');
      return reload();
    },
    stop: async () => {
      await flushAll();
      app.way.halt();
      await app.store.close();
      sessionStorage.removeItem('tap-thu');
      await openStore(PRACTICE).drop();
      reload();
    },
  });
  return screen;
}

export async function bin(app) {
  const screen = draw('bin');
  screen.update = async () => {
    const binned = app.owner && app.reference ? (await app.book.mine()).filter((patrol) => patrol.binned_at) : [];
    show(screen, { empty: binned.length === 0 });
    rows(screen, 'binned', binned, (row, patrol) => {
      const left = KEPT_MS - (Date.now() - Date.parse(patrol.binned_at));
      fill(row, { started: whenWritten(patrol.form.started_at), stretch: stretchName(app, patrol.form), days: Math.max(0, Math.ceil(left / 86400000)) });
      row.querySelector('[data-act="restore"]').addEventListener('click', () => app.book.restore(patrol.id).then(() => app.go(`/luot/${patrol.id}`), app.trouble));
    });
  };
  await screen.update();
  return screen;
}
