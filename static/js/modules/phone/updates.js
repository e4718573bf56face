/* A new version waits until somebody says so, or until nothing is open; what is being written is on disk before. */

import { showBar } from './bars.js';
import { flushAll } from './saver.js';

let offer = null;

/** The browser's own offer to put the log on the home screen, or null. */
export const installOffer = () => offer;

window.addEventListener('beforeinstallprompt', (event) => { offer = event; });
window.addEventListener('appinstalled', () => { offer = null; });

export async function watchUpdates(app) {
  if (!navigator.serviceWorker) return;
  const wasControlled = Boolean(navigator.serviceWorker.controller);
  let isLeaving = false;
  navigator.serviceWorker.addEventListener('controllerchange', async () => {
    if (!wasControlled || isLeaving) return;              // the first visit: this page is of that version already
    isLeaving = true;
    await flushAll();
    location.reload();
  });

  const ask = (registration) => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    showBar('update', true);
    document.querySelector('[data-update]').onclick = async () => {
      await flushAll();
      registration.waiting?.postMessage('activate');
      showBar('update', false);
    };
    settle(app, registration);
  };
  try {
    const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/phone', updateViaCache: 'none' });
    ask(registration);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => { if (installing.state === 'installed') ask(registration); });
    });
    setInterval(() => registration.update().catch(() => {}), 60 * 60000);
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') registration.update().catch(() => {}); });
  } catch (error) {
    console.warn(error);
  }
}

/** On the first screen, with no patrol open and nothing under way, the new version may come by itself. */
async function settle(app, registration) {
  const isFirst = ['', '#/', '#'].includes(location.hash);
  const open = app.owner ? (await app.book.mine()).some((patrol) => patrol.state === 'open' && !patrol.binned_at) : false;
  if (isFirst && !open && !app.practising && document.visibilityState === 'hidden') registration.waiting?.postMessage('activate');
}
