/* The one status strip, always in the same place: the four words, and why. */

import { clockOf } from '../../rules/times.js';
import { fill, show } from './view.js';

export const NO_WORD = { saved: false, waiting: false, sending: false, received: false, many: false };

/** What of the outbox goes by itself; the rest is held until a person looks. */
export const goingOf = (items) => items.filter((item) => !item.held);

/** The word for one item of the outbox: it is under way, it waits, or it only lies here until a person looks. */
export function wordOf(app, item) {
  if (item.held || app.practising) return { ...NO_WORD, saved: !item.held || item.held.outcome !== 'lost' };
  const sending = app.strip.isSending(item.key);
  return { ...NO_WORD, sending, waiting: !sending };
}

export function createStrip(root, app) {
  let under = null;

  async function update() {
    const [items, patrols, received] = app.owner ? await Promise.all([
      app.practising ? [] : app.outbox.all(app.owner), app.book.mine(), app.store.get('facts', `received:${app.owner}`),
    ]) : [[], [], null];
    const waiting = goingOf(items);
    const open = patrols.filter((patrol) => patrol.state === 'open' && !patrol.binned_at);
    const at = received ? clockOf(received.at) : '';
    const word = { ...NO_WORD, nothing: false };
    if (under) word.sending = true;
    else if (waiting.length) word.waiting = word.many = true;
    else if (open.length || items.length || app.practising) word.saved = true;
    else if (received) word.received = true;
    else word.nothing = true;
    fill(root, { count: waiting.length, done: under ? under.done : 0, total: under ? under.total : 0, at, last_at: at });
    const { state, nextAt } = app.news;
    const why = reason(app, items, received, word);
    show(root, { ...word, practice: false, 'sign-in': false, 'other-person': false, attention: false, offline: false, retry: false, last: false,
      ...(why ? { [why]: true } : {}) });
    if (nextAt) fill(root, { retry_at: clockOf(nextAt) });
    root.dataset.state = state;
  }

  return {
    update,
    /** So many of so many are over, and the items named by `keys` are under way; null: nothing is. */
    sending(done, total, keys = under ? under.keys : []) {
      under = done === null ? null : { done, total, keys };
      return update();
    },
    isSending: (key) => under !== null && under.keys.includes(key),
    /** { done, total } while something is being sent. */
    get under() { return under; },
  };
}

function reason(app, items, received, word) {
  const waiting = goingOf(items);
  if (app.practising) return 'practice';
  if (!app.owner) return null;
  if (app.news.state === 'sign-in') return 'sign-in';
  if (app.news.state === 'other-person') return 'other-person';
  if (waiting.length < items.length) return 'attention';
  if (word.sending) return null;
  if (waiting.length && !navigator.onLine) return 'offline';
  if (waiting.length && app.news.state === 'later' && app.news.nextAt) return 'retry';
  return received && !word.received ? 'last' : null;
}
