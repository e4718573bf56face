/* The phone log wakes up: look whether this browser can, open the store, show the screen of the address, then send. It runs before
   the screens below it in the shell are read: what it asks of the store is under way meanwhile. */

import { openApp } from './app.js';
import { watchUpdates } from './updates.js';
import { draw, show } from './view.js';

const screensRead = new Promise((read) => {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', read, { once: true });
  else read();
});

const DATA_CHECKS = {
  insecure: () => window.isSecureContext,
  old: () => window.indexedDB && window.crypto?.subtle && window.AbortController && 'noModule' in HTMLScriptElement.prototype,
};

async function plain(reason) {
  await screensRead;
  const screen = draw('plain');
  show(screen, { insecure: false, old: false, closed: false, [reason]: true });
  document.getElementById('noi-dung').replaceChildren(screen);
}

async function start() {
  const missing = Object.keys(DATA_CHECKS).find((name) => !DATA_CHECKS[name]());
  if (missing) return plain(missing);
  try {
    const app = await openApp(screensRead);
    watchUpdates(app);
    await app.live();
  } catch (error) {
    console.warn(error);
    if (!document.querySelector('.screen')) await plain('closed');
  }
  return undefined;
}

start();
