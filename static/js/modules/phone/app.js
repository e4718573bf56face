/* What every screen shares: the store, the person, what may be chosen, the courier and the recorder, and the way between
   screens. Screens are functions (app, parts of the address) → element; an element may have update() and leave(). */

import { createBook } from '../../offline/book.js';
import { createCourier } from '../../offline/courier.js';
import { asked, NIGHTS, openStore, PRACTICE } from '../../offline/db.js';
import { alone } from '../../offline/lease.js';
import { newId } from '../../offline/marks.js';
import { createOutbox } from '../../offline/outbox.js';
import { createServer } from '../../offline/server.js';
import { drain, stateAfter } from '../../offline/sync.js';
import { showBar, showTrouble } from './bars.js';
import { browserBattery, createBattery } from './battery.js';
import { USED } from '../signout.js';
import { screenFor } from './screens.js';
import { flushAll } from './saver.js';
import { createStrip } from './strip.js';
import { createWay } from './recording.js';

const LIMITS = { items: 50, bytes: 1048576, piece_bytes: 65536 };
const CLOCK_SLACK_MS = 5 * 60000;

/** Open the store and show the first screen; `screensRead` holds once every screen stands in the document. */
export async function openApp(screensRead) {
  const nights = openStore(NIGHTS);
  localStorage.setItem(USED, '1');
  const practising = sessionStorage.getItem('tap-thu') === '1';
  const app = {
    nights,
    store: practising ? openStore(PRACTICE) : nights,
    practising,
    owner: null,
    reference: null,
    news: { state: 'idle' },
    clockOffMs: null,
    channel: 'BroadcastChannel' in window ? new BroadcastChannel('so-tuan-tra') : null,
  };
  app.clockIsOff = () => app.clockOffMs !== null && Math.abs(app.clockOffMs) > CLOCK_SLACK_MS;
  app.useOwner = (owner) => useOwner(app, owner);
  const known = await remembered(nights);
  await screensRead;
  app.device = known.device || await newDevice(nights);
  app.server = createServer({ device: app.device });
  useKept(app, known.owner, known.kept);
  app.strip = createStrip(document.querySelector('[data-strip]'), app);
  app.battery = createBattery({ ask: browserBattery, changed: () => app.refresh() });
  app.way = createWay(app);
  app.trouble = showTrouble;
  app.bar = showBar;
  const locate = () => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);

  let current = null;
  app.show = async () => {
    const next = await screenFor(app, locate());
    if (current && current.leave) await current.leave();
    current = next;
    const main = document.getElementById('noi-dung');
    main.replaceChildren(next);
    for (const link of main.querySelectorAll('input')) link.autocomplete = 'off';
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  };
  app.refresh = async () => {
    await app.strip.update();
    if (current && current.update) await current.update();
  };
  app.go = (address) => {
    if (location.hash === `#${address}`) return app.show();
    location.hash = address;
    return undefined;
  };

  window.addEventListener('hashchange', async () => { await flushAll(); await app.show(); });
  app.courier = practising ? idle() : courierOf(app);
  app.live = () => live(app);
  document.querySelector('[data-practice]').hidden = !practising;
  showDemo(app);
  await Promise.all([app.show(), app.strip.update()]);
  return app;
}

/** After the first picture: go on recording, listen to the world, send. */
async function live(app) {
  app.battery.watch();
  await app.way.resume();
  app.channel?.addEventListener('message', () => app.refresh());
  window.addEventListener('online', () => app.courier.kick());
  window.addEventListener('offline', () => app.refresh());
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') app.courier.kick(); });
  setInterval(() => app.way.resume().then(app.refresh, app.trouble), 20000);
  if (app.owner) await app.book.prune();
  await app.outbox.prune();
  if (app.owner) await app.book.finishAll();
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  await app.courier.kick();
}

/** What the phone knows of itself and of its person, read at one go: the first screen waits for it. */
const remembered = (store) => store.read(['facts', 'references'], async ({ facts, references }) => {
  const [device, owner] = await Promise.all([asked(facts.get('device')), asked(facts.get('owner'))]);
  const kept = owner ? await asked(references.get(owner.id)) : null;
  return { device: device ? device.id : null, owner: owner ? owner.id : null, kept };
});

async function newDevice(store) {
  const id = newId();
  await store.put('facts', { name: 'device', id });
  return id;
}

/** The queue and the book of one person; what others left on this phone stays shut. */
const useOwner = async (app, owner) => useKept(app, owner, owner ? await app.nights.get('references', owner) : null);

function useKept(app, owner, kept) {
  app.owner = owner;
  app.reference = kept ? kept.reference : null;
  app.etag = kept ? kept.etag : null;
  const tell = () => { app.channel?.postMessage('changed'); if (app.refresh) app.refresh(); };
  app.book = createBook(app.store, { owner, changed: tell });
  app.outbox = createOutbox(app.store);
}

const idle = () => ({ kick: async () => {}, stop: () => {} });

function showDemo(app) {
  document.querySelector('[data-demo]').hidden = !(app.reference && app.reference.is_demo);
}

function courierOf(app) {
  const holder = newId();
  const progress = (done, total, keys) => {
    app.strip.sending(done, total, keys);
    if (keys) app.refresh();                                            // the screen says which they are
  };

  async function send() {
    const met = await meetServer(app);
    if (met.state) return met;
    return alone('gui', async () => {
      const result = await drain({
        outbox: app.outbox, owner: app.owner, limits: { ...LIMITS, ...(app.reference || {}).limits }, progress,
        post: (items) => app.server.post(app.owner, items),
        put: app.server.put,
        bytesOf: async (sha256) => ((await app.store.get('contents', sha256)) || {}).bytes,
      });
      if (!['sign-in', 'other-person'].includes(result.state)) await ping(app);
      return result;
    }, { store: app.nights, holder });
  }

  return createCourier({
    send,
    tell: async (news) => {
      app.news = news;
      app.strip.sending(null);
      if (news.error) console.warn(news.error);
      app.channel?.postMessage('sent');
      await app.refresh();
    },
  });
}

async function ping(app) {
  try {
    const open = (await app.book.mine()).filter((patrol) => patrol.state === 'open' && !patrol.binned_at);
    await app.server.ping(app.owner, await app.outbox.unsent(app.owner, open));
  } catch { /* a ping that got lost is not worth a word */ }
}

/** Ask who is signed in and what he may choose from. Gives { state } when nothing can be sent now. */
async function meetServer(app) {
  if (app.isLeaving) return { sent: 0, state: 'sign-in' };
  let answer;
  try {
    answer = await app.server.reference(app.etag);
  } catch (error) {
    return { sent: 0, state: stateAfter(error), retryAfter: error.retryAfter || null };
  }
  if (answer.server_time) app.clockOffMs = Date.now() - Date.parse(answer.server_time);
  if (answer.unchanged) return {};
  const { etag, ...reference } = answer;
  if (app.isLeaving) return { sent: 0, state: 'sign-in' };
  const person = reference.person.id;
  await app.nights.put('references', { owner: person, reference, etag });
  await app.nights.put('facts', { name: 'owner', id: person });
  const isNew = app.owner !== person;
  if (isNew) {
    await flushAll();
    app.way.halt();
  }
  await useOwner(app, person);
  showDemo(app);
  if (isNew) {
    if (location.hash.startsWith('#/luot')) location.hash = '#/';
    await app.show();
  }
  return {};
}
