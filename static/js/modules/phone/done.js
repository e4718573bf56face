/* After the end: what has arrived and what waits, ten minutes to take it back, and a summary of counts to pass on. */

import { dayWritten, minutesBetween } from '../../rules/times.js';
import { UNDO_MS } from '../../offline/book.js';
import { fillHeadcount, showWord, stretchName, whenWritten } from './facts.js';
import { goingOf, wordOf } from './strip.js';
import { draw, fill, rows, show, span, taps } from './view.js';

export async function done(app, { id }) {
  const screen = draw('done');
  show(screen, { copied: false, shareable: Boolean(navigator.share) });

  screen.update = async () => {
    const held = await app.book.one(id);
    if (!held || held.state !== 'ended') return;
    const { form } = held;
    const items = await showWord(app, screen, held);
    const findings = form.findings.length;
    fill(screen, { ended: whenWritten(form.ended_at), stretch: stretchName(app, form), day: dayWritten(form.started_at, { year: true }), findings,
      left: Math.max(1, Math.ceil((UNDO_MS - (Date.now() - Date.parse(held.ended_tap_at))) / 60000)) });
    fillHeadcount(screen, form.attendance);
    span(screen, minutesBetween(form.started_at, form.ended_at));
    show(screen, { undoable: app.book.mayUndo(held), held: items.some((item) => item.held), waits_long: goingOf(items).length > 0 && !app.practising,
      found: findings > 0, nothing: form.nothing_found && findings === 0 });
    rows(screen, 'part', items, (row, item) => {
      fill(row, app.strip.under || {});
      show(row, { patrol: false, photo: false, track: false, [item.kind]: true, ...wordOf(app, item) });
    });
  };

  const summary = () => {
    const words = screen.querySelector('[data-summary]').cloneNode(true);
    words.querySelectorAll('[hidden]').forEach((part) => part.remove());
    return words.textContent.replace(/\s+/g, ' ').trim();
  };
  taps(screen, {
    undo: async () => {
      try {
        await app.book.undoEnd(id);
        app.courier.kick();
        app.go(`/luot/${id}`);
      } catch (error) { app.trouble(error); }
    },
    share: () => navigator.share({ text: summary() }).catch(() => {}),    // closed without choosing: nothing to say
    copy: async () => {
      await navigator.clipboard.writeText(summary());
      show(screen, { copied: true });
    },
  });
  await screen.update();
  return screen;
}
