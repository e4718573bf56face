/* The one status strip, always in the same place: the four words, and why. */

import { clockOf } from '../../rules/times.js';
import { fill, show } from './view.js';

export const NO_WORD = { saved: false, waiting: false, sending: false, received: false, many: false };

/** The word for one item of the outbox: it waits, or it is the one under way. */
export const wordOf = (app) => ({ ...NO_WORD, waiting: !app.practising, saved: app.practising });

export function createStrip(root, app) {
  let under = null;

  async function update() {
    const [waiting, patrols, received] = app.owner ? await Promise.all([
      app.practising ? [] : app.outbox.all(app.owner), app.book.mine(), app.store.get('facts', `received:${app.owner}`),
    ]) : [[], [], null];
    const open = patrols.filter((patrol) => patrol.state === 'open' && !patrol.binned_at);
    const at = received ? clockOf(received.at) : '';
    const word = { ...NO_WORD, nothing: false };
    if (under) word.sending = true;
    else if (waiting.length) word.waiting = word.many = true;
    else if (open.length || app.practising) word.saved = true;
    else if (received) word.received = true;
    else word.nothing = true;
    fill(root, { count: waiting.length, done: under ? under.done : 0, total: under ? under.total : 0, at, last_at: at });
    const { state, nextAt } = app.news;
    const why = reason(app, waiting, received, word);
    show(root, { ...word, practice: false, 'sign-in': false, 'other-person': false, attention: false, offline: false, retry: false, last: false,
      ...(why ? { [why]: true } : {}) });
    if (nextAt) fill(root, { retry_at: clockOf(nextAt) });
    root.dataset.state = state;
  }

  return {
    update,
    sending(done, total) {
      under = done === null ? null : { done, total };
      return update();
    },
  };
}

function reason(app, waiting, received, word) {
  if (app.practising) return 'practice';
  if (app.news.state === 'sign-in') return 'sign-in';
  if (app.news.state === 'other-person') return 'other-person';
  if (waiting.some((item) => item.held)) return 'attention';
  if (waiting.length && !navigator.onLine) return 'offline';
  if (waiting.length && app.news.state === 'later' && app.news.nextAt) return 'retry';
  return received && !word.received ? 'last' : null;
}
