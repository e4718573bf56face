/* The queue, item by item: which of the four words, why, and what a person can do. */

import { hasArrived } from '../../offline/outbox.js';
import { clockOf } from '../../rules/times.js';
import { formOf } from '../../rules/body.js';
import { whenWritten } from './facts.js';
import { exportQueue } from './exporting.js';
import { goingOf, NO_WORD, wordOf } from './strip.js';
import { draw, fill, rows, show, taps } from './view.js';

const KINDS = { patrol: false, photo: false, track: false };

export async function queue(app) {
  const screen = draw('queue');
  show(screen, { exported: false });

  screen.update = async () => {
    const items = app.owner && !app.practising ? await app.outbox.all(app.owner) : [];
    const copies = app.owner && !app.practising ? await app.outbox.copies(app.owner) : [];
    const { state, nextAt } = app.news;
    const arrived = copies.find(hasArrived);
    const last = arrived ? clockOf(arrived.received_at) : '';
    const { under } = app.strip;
    const going = goingOf(items);
    fill(screen, { ...under, count: going.length, at: last, retry_at: nextAt ? clockOf(nextAt) : '' });
    show(screen, { ...NO_WORD, sending: Boolean(under), waiting: !under && going.length > 0, many: true, saved: !under && !going.length && items.length > 0,
      received: !items.length && Boolean(arrived), nothing: !items.length && !arrived,
      any: items.length > 0, received_any: copies.length > 0, sign_in: state === 'sign-in', other_person: state === 'other-person',
      unreadable: state === 'unreadable', not_allowed: state === 'not-allowed', retry: Boolean(nextAt),
      offline: !under && going.length > 0 && (!navigator.onLine || state === 'later') });
    rows(screen, 'item', items, (row, item) => writeItem(app, row, item));
    rows(screen, 'copy', copies.slice(0, 60), (row, copy) => {
      fill(row, { when: whenWritten(copy.phone_time), at: whenWritten(copy.received_at) });
      show(row, { ...KINDS, [copy.kind]: true, ...NO_WORD, received: hasArrived(copy), put_away: !hasArrived(copy), linked: Boolean(copy.record) });
      if (copy.record) row.querySelector('[data-record]').href = copy.record;
    });
  };

  taps(screen, {
    send_all: () => app.courier.kick(),
    export: async () => {
      fill(screen, { files: await exportQueue(app) });
      show(screen, { exported: true });
    },
  });
  await screen.update();
  return screen;
}

function writeItem(app, row, item) {
  const held = item.held || { outcome: null, codes: {} };
  const sentences = [...new Set(Object.values(held.codes))].map((code) => app.reference.reasons[code] || code);
  const { received = 0, state = '' } = item.content || {};
  const { size = 0 } = item.kind === 'patrol' ? {} : JSON.parse(item.body);
  fill(row, { ...app.strip.under, when: whenWritten(item.phone_time), percent: size ? Math.floor((received / size) * 100) : 0, reason: sentences.join(' ') });
  show(row, { ...KINDS, [item.kind]: true, ...wordOf(app, item), part: state === 'waiting_content' && received > 0, waits_patrol: state === 'waiting_patrol',
    rejected: held.outcome === 'rejected', refused: held.outcome === 'refused', lost: held.outcome === 'lost', conflict: held.outcome === 'conflict', mendable: held.outcome === 'rejected' && item.kind === 'patrol',
    dismissable: ['conflict', 'refused', 'lost'].includes(held.outcome) || (held.outcome === 'rejected' && item.kind !== 'patrol') });
  rows(row, 'reason', held.outcome === 'rejected' ? sentences : [], (line, sentence) => fill(line, { sentence }));
  if (held.record) row.querySelector('[data-record]').href = held.record;
  row.querySelector('[data-mend]').addEventListener('click', async (event) => {
    event.preventDefault();
    await reopen(app, item);
  });
  row.querySelector('[data-act="away"]').addEventListener('click', () => app.outbox.putAway(item.key).then(app.refresh, app.trouble));
  row.querySelector('[data-act="send"]').addEventListener('click', async () => {
    await app.outbox.release(item.key);
    app.courier.kick();
  });
}

/** What the server refused becomes a page that can be written in again; the next end is its next version. */
async function reopen(app, item) {
  const body = JSON.parse(item.body);
  const known = await app.book.one(item.patrol);
  if (known) await app.book.change(item.patrol, (patrol) => { patrol.state = 'open'; patrol.ended_tap_at = null; patrol.binned_at = null; });
  else await app.book.begin(formOf(body, app.reference), { id: item.patrol, base_rev: item.base_rev });
  app.go(`/luot/${item.patrol}/ket-thuc`);
}
