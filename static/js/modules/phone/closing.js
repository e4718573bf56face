/* The end of the night. What could not be read is said here, before anything is sent; what is merely odd may go. */

import { bodyOf } from '../../rules/body.js';
import { listsOf, verdict } from '../../rules/patrol.js';
import { clockOf, dayOf, endMeant, minutesBetween, minutesTyped, toTheMinute } from '../../rules/times.js';
import { tallyOf } from '../../rules/way.js';
import { offerUndo } from './bars.js';
import { categoryOf, fillHeadcount, measuresWritten, stretchName, whenWritten } from './facts.js';
import { input, isUnreadable, onChange, onClock, wake } from './fields.js';
import { createSaver } from './saver.js';
import { draw, fill, offer, rows, show, span, taps } from './view.js';

const LARGEST_FILE = 15 * 1024 * 1024;

export async function closing(app, held) {
  const { id, form } = held;
  const { reference } = app;
  const screen = draw('closing');
  let isEnding = false;
  const saver = createSaver((edit) => app.book.change(id, (patrol) => edit(patrol.form)), app.trouble);
  const opened = form.ended_at ? clockOf(form.ended_at) : clockOf(Date.now());
  const ended = () => {
    const typed = input(screen, 'ended').value;
    const minutes = minutesTyped(typed);
    if (typed === opened && form.ended_at) return form.ended_at;
    return typed === opened || minutes === null ? later(toTheMinute(Date.now()), form.started_at) : endMeant(form.started_at, minutes);
  };

  for (const link of screen.querySelectorAll('[data-go]')) link.href = `#/luot/${id}/${link.dataset.go}`;
  screen.querySelector('[data-back]').href = `#/luot/${id}`;
  input(screen, 'ended').value = opened;
  const paintEnd = () => {
    show(screen, { next_day: dayOf(ended()) > dayOf(form.started_at) });
    span(screen, minutesBetween(form.started_at, ended()));
  };
  onClock(screen, 'ended', paintEnd);
  for (const [name, list] of [['weather', reference.weather], ['sea', reference.sea], ['means', reference.means]]) {
    offer(input(screen, name), list.map((one) => ({ value: one.code, label: one.label })), form[name]);
    onChange(input(screen, name), (code) => saver.save((one) => { one[name] = code || null; }));
  }
  input(screen, 'note').value = form.note;
  onChange(input(screen, 'note'), (typed) => saver.save((one) => { one.note = typed; }));
  wake(screen);
  show(screen, { refused: false, bad_time: false, not_gpx: false });

  screen.update = async () => {
    const now = await app.book.one(id);
    if (!now || now.state !== 'open' || now.binned_at) {              // another tab ended it
      if (!isEnding) await app.show();
      return;
    }
    const contents = (await app.book.contents(id)).filter((content) => !content.dropped);
    const photos = contents.filter((content) => content.kind === 'photo').length;
    const { words, flags } = app.way.facts(tallyOf(await app.book.fixes(id)));
    fill(screen, { ...words, photos, files: contents.length - photos, stretch: stretchName(app, now.form), from: whenWritten(now.form.started_at) });
    const total = fillHeadcount(screen, now.form.attendance);
    show(screen, { walked: flags.walked, lost_minutes: flags.lost_minutes, photos: photos > 0, files: contents.length > photos,
      nobody: total.personnel + total.militia + total.security_team === 0, found: now.form.findings.length > 0, nothing: now.form.nothing_found });
    screen.querySelector('[data-act="nothing"]').setAttribute('aria-pressed', String(now.form.nothing_found));
    rows(screen, 'finding', now.form.findings, (row, one) => {
      row.querySelector('[data-link]').href = `#/luot/${id}/phat-hien/${one.client_id}`;
      fill(row, { category: (categoryOf(app, one.category) || { name: '…' }).name, measures: measuresWritten(app, one) });
    });
    paintEnd();
  };

  screen.querySelector('[data-gpx]').addEventListener('change', async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const head = file.size <= LARGEST_FILE ? await file.slice(0, 4096).text() : '';
    show(screen, { not_gpx: !head.includes('<gpx') });
    if (head.includes('<gpx')) {
      await app.book.keepContent({ patrol: id, kind: 'track', bytes: await file.arrayBuffer(), name: file.name }).catch(app.trouble);
    }
    event.target.value = '';
    await screen.update();
  });

  async function end() {
    if (isUnreadable(screen, 'ended')) return;
    await saver.flush();
    const now = await app.book.one(id);
    const endedAt = ended();
    const tree = { ...JSON.parse(bodyOf({ ...now.form, ended_at: endedAt })), client_id: id };
    const wrong = Object.values(verdict(tree, listsOf(reference), dayOf(Date.now())));
    rows(screen, 'problem', [...new Set(wrong)], (row, code) => fill(row, { sentence: reference.reasons[code] || code }));
    show(screen, { refused: wrong.length > 0 });
    if (wrong.length) {
      screen.querySelector('[role="alert"]').scrollIntoView();
      return;
    }
    if (app.way.isOn(id)) await app.way.stop();
    await app.book.end(id, endedAt);
    app.courier.kick();
    app.go(`/luot/${id}/xong`);
  }

  taps(screen, {
    nothing: () => app.book.change(id, (patrol) => { patrol.form.nothing_found = !patrol.form.nothing_found; }).then(screen.update, app.trouble),
    phrase: (button) => {
      const field = input(screen, 'note');
      field.value = `${field.value} ${button.textContent.trim()}`.trim();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
    discard: async () => {
      await saver.flush();
      if (app.way.isOn(id)) await app.way.stop();
      await app.book.bin(id);
      offerUndo('patrol', async () => { await app.book.restore(id); app.go(`/luot/${id}`); });
      app.go('/');
    },
    end: async () => {
      if (isEnding) return;
      isEnding = true;
      try {
        await end();
      } catch (error) {
        app.trouble(error);
      } finally {
        isEnding = false;
      }
    },
  });
  screen.leave = () => saver.close();
  await screen.update();
  return screen;
}

const later = (a, b) => (a > b ? a : toTheMinute(b));
