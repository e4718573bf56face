/* During the patrol: what has been written so far, the way, and the acts under the thumb. */

import { clockOf, minutesBetween } from '../../rules/times.js';
import { tallyOf } from '../../rules/way.js';
import { newId } from '../../offline/marks.js';
import { offerUndo } from './bars.js';
import { onPhoto } from './camera.js';
import { categoryOf, fillHeadcount, measuresWritten, showWord, stretchName, whenWritten } from './facts.js';
import { draw, fill, rows, show, span, taps } from './view.js';

export async function patrol(app, { id }) {
  const screen = draw('patrol');
  const at = (place) => `#/luot/${id}/${place}`;
  for (const link of screen.querySelectorAll('[data-go]')) link.href = at(link.dataset.go);
  onPhoto(app, screen.querySelector('[data-camera]'), { patrol: id, failed: (error) => { console.warn(error); show(screen, { photo_failed: true }); } });
  show(screen, { photo_failed: false });

  const paintWay = async () => {
    const isOn = app.way.isOn(id);
    const { words, flags } = app.way.facts(isOn ? undefined : tallyOf(await app.book.fixes(id)));
    fill(screen, words);
    show(screen, { ...flags, recording: isOn });
  };
  app.wayChanged = () => paintWay().catch(console.warn);

  screen.update = async () => {
    const held = await app.book.one(id);
    if (!held || held.state !== 'open' || held.binned_at) {            // another tab ended it
      await app.show();
      return;
    }
    const { form } = held;
    fill(screen, { stretch: stretchName(app, form), from: whenWritten(form.started_at) });
    span(screen, minutesBetween(form.started_at, Date.now()));
    fillHeadcount(screen, form.attendance);
    await showWord(app, screen, held);
    await paintWay();
    rows(screen, 'finding', form.findings, (row, finding) => {
      const category = categoryOf(app, finding.category);
      row.querySelector('[data-link]').href = at(`phat-hien/${finding.client_id}`);
      const facts = [finding.found_at ? clockOf(finding.found_at) : '', measuresWritten(app, finding), finding.place];
      fill(row, { category: category ? category.name : '', facts: facts.filter(Boolean).join(' · ') });
      show(row, { unnamed: !category });
    });
    await paintPhotos(app, screen, held);
  };

  taps(screen, {
    finding: async () => {
      const finding = { client_id: newId(), category: null, measures: {}, found_at: new Date().toISOString(), place: '', km: null, outcome: null, note: '' };
      try {
        await app.book.change(id, (held) => { held.form.findings.push(finding); });
        app.go(`/luot/${id}/phat-hien/${finding.client_id}`);
      } catch (error) { app.trouble(error); }
    },
    record: () => app.way.start(id).then(paintWay, app.trouble),
    stop: () => app.way.stop().then(paintWay, app.trouble),
    black: () => app.way.darken(),
  });
  screen.leave = () => { app.wayChanged = null; };
  await screen.update();
  return screen;
}

async function paintPhotos(app, screen, { id, form }) {
  if (screen.querySelector('select:focus')) return;                    // somebody is choosing
  const photos = (await app.book.contents(id)).filter((content) => content.kind === 'photo' && !content.dropped);
  rows(screen, 'photo', photos, (row, photo) => {
    row.querySelector('[data-thumb]').src = photo.thumb;
    fill(row, { time: clockOf(photo.taken_at) });
    show(row, { assignable: form.findings.length > 0 });
    const clean = row.querySelector('[data-clean]');
    clean.checked = photo.is_clean;
    clean.addEventListener('change', () => app.book.describe(photo.sha256, { is_clean: clean.checked }).catch(app.trouble));
    const select = row.querySelector('[data-finding]');
    for (const finding of form.findings) select.append(new Option((categoryOf(app, finding.category) || { name: '…' }).name, finding.client_id));
    select.value = photo.finding || '';
    select.addEventListener('change', () => app.book.describe(photo.sha256, { finding: select.value || null }).catch(app.trouble));
    row.querySelector('[data-act="drop"]').addEventListener('click', async () => {
      await app.book.describe(photo.sha256, { dropped: true });
      offerUndo('photo', () => app.book.describe(photo.sha256, { dropped: false }));
    });
  });
}
