/* One finding. Its kind is chosen from a list (recent first), everything else may stay open; location is never waited for. */

import { isCurrent } from '../../rules/body.js';
import { clockOf, nightMeant } from '../../rules/times.js';
import { matches } from '../../rules/text.js';
import { offerUndo } from './bars.js';
import { onPhoto, placeNow } from './camera.js';
import { categoryOf, labelOf } from './facts.js';
import { input, onChange, onClock, wake, whole } from './fields.js';
import { createSaver } from './saver.js';
import { draw, fill, offer, rows, show, taps } from './view.js';

const RECENT = 'loai-vua-dung';
const recent = () => (localStorage.getItem(RECENT) || '').split(',').filter(Boolean);
const remember = (code) => localStorage.setItem(RECENT, [code, ...recent().filter((one) => one !== code)].slice(0, 6).join(','));

export async function finding(app, held, findingId) {
  const id = held.id;
  const screen = draw('finding');
  const current = held.form.findings.find((one) => one.client_id === findingId);
  if (!current) {
    app.go(`/luot/${id}`);
    return screen;
  }
  const saver = createSaver((edit) => app.book.change(id, (patrol) => {
    const one = patrol.form.findings.find((each) => each.client_id === findingId);
    if (one) edit(one);
  }), app.trouble);
  const set = (name, value) => {
    current[name] = value;
    saver.save((one) => { one[name] = value; });
  };

  screen.querySelectorAll('[data-back]').forEach((link) => { link.href = `#/luot/${id}`; });
  const paintKind = () => {
    const category = categoryOf(app, current.category);
    show(screen, { choosing: !category, chosen: Boolean(category) });
    if (!category) return paintKinds(app, screen, '');
    fill(screen, { category: category.name });
    return paintMeasures(app, screen, category, current, saver);
  };
  input(screen, 'search').addEventListener('input', (event) => paintKinds(app, screen, event.target.value));   // not on change: a tap on a kind would lose its button
  onClock(screen, 'found', (minutes) => set('found_at', minutes === null ? null : nightMeant(held.form.started_at, minutes)));
  input(screen, 'found').value = current.found_at ? clockOf(current.found_at) : '';
  for (const name of ['place', 'note']) {
    input(screen, name).value = current[name];
    onChange(input(screen, name), (typed) => set(name, typed));
  }
  input(screen, 'km').value = current.km === null ? '' : current.km;
  onChange(input(screen, 'km'), (typed) => set('km', typed.trim() || null));
  offer(input(screen, 'outcome'), app.reference.outcomes.map((one) => ({ value: one.code, label: one.label })), current.outcome);
  onChange(input(screen, 'outcome'), (code) => set('outcome', code || null));
  wake(screen);
  onPhoto(app, screen.querySelector('[data-camera]'), { patrol: id, finding: findingId, failed: console.warn });

  screen.update = async () => {
    const photos = (await app.book.contents(id)).filter((content) => content.finding === findingId && !content.dropped).length;
    fill(screen, { photos });
    show(screen, { photos: photos > 0 });
  };
  taps(screen, {
    kind: (button) => {
      set('category', button.dataset.code);
      remember(button.dataset.code);
      saver.flush();
      paintKind();
    },
    other_kind: () => {
      current.category = null;
      paintKind();
    },
    remove: async () => {
      await saver.flush();
      let taken = null;
      await app.book.change(id, (patrol) => {
        taken = patrol.form.findings.find((one) => one.client_id === findingId);
        patrol.form.findings = patrol.form.findings.filter((one) => one.client_id !== findingId);
      });
      offerUndo('finding', () => app.book.change(id, (patrol) => { patrol.form.findings.push(taken); }));
      app.go(`/luot/${id}`);
    },
  });
  screen.leave = () => saver.close();
  paintKind();
  locate(screen, current, set);
  await screen.update();
  return screen;
}

function paintKinds(app, screen, typed) {
  const last = recent();
  const rank = (category) => (last.includes(category.code) ? last.indexOf(category.code) : last.length);
  const found = app.reference.categories.filter(isCurrent).filter((category) => typed.trim() === '' || matches(`${category.name} ${category.group}`, typed));
  found.sort((a, b) => rank(a) - rank(b));
  rows(screen, 'kind', found, (row, category) => {
    row.dataset.code = category.code;
    fill(row, { name: category.name });
  });
  show(screen, { none: found.length === 0 });
}

function paintMeasures(app, screen, category, current, saver) {
  rows(screen, 'measure', category.measures, (row, code, number) => {
    const field = row.querySelector('[data-measure]');
    fill(row, { label: labelOf(app.reference.measures, code) });
    show(row, { main: number === 0 });
    const value = current.measures[code];
    field.value = value === undefined || value === null ? '' : value;
    onChange(field, (typed) => {
      current.measures[code] = whole(typed);
      saver.save((one) => { one.measures[code] = whole(typed); });
    });
  });
  wake(screen.querySelector('[data-measures]'));
}

/** Fill the place when GPS answers, unless something was written there meanwhile. */
async function locate(screen, current, set) {
  show(screen, { locating: false, located: false, unlocated: false });
  if (current.place || current.km !== null) return;
  show(screen, { locating: true });
  const place = await placeNow();
  const field = input(screen, 'place');
  const isFree = field.value.trim() === '';
  if (place && isFree) {
    field.value = `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)} (±${place.accuracy} m)`;
    set('place', field.value);
    fill(screen, { accuracy: place.accuracy });
  }
  show(screen, { locating: false, located: Boolean(place) && isFree, unlocated: !place && isFree });
}
