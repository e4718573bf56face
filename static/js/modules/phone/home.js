/* The first screen: the unfinished patrol is the first card, then what was sent back, then the one thing to do. */

import { minutesBetween } from '../../rules/times.js';
import { formOf } from '../../rules/body.js';
import { fillHeadcount, showWord, stretchName, whenWritten } from './facts.js';
import { draw, fill, rows, show, span } from './view.js';

const LONG_UNSENT_MS = 24 * 3600 * 1000;
const IOS_WARN_MS = 3 * LONG_UNSENT_MS;
const isZalo = () => /zalo/i.test(navigator.userAgent);
const isIos = () => /iPhone|iPad|iPod/.test(navigator.userAgent);
const isInstalled = () => navigator.standalone === true || matchMedia('(display-mode: standalone)').matches;

/** Chrome's own address for this page; only Android knows it. */
const inChrome = () => `intent:${'//'}${location.host}${location.pathname}#Intent;scheme=${location.protocol.replace(':', '')};package=com.android.chrome;end`;

export async function home(app) {
  const screen = draw('home');
  screen.querySelector('[data-chrome]').addEventListener('click', (event) => { event.preventDefault(); location.href = inChrome(); });

  screen.update = async () => {
    const { reference, news } = app;
    const known = Boolean(app.owner && reference);
    const [patrols, waiting] = known ? await Promise.all([app.book.mine(), app.outbox.all(app.owner)]) : [[], []];
    const open = patrols.filter((patrol) => patrol.state === 'open' && !patrol.binned_at);
    const oldest = waiting.length ? Date.now() - Date.parse(waiting[0].phone_time) : 0;
    if (known) fill(screen, { name: reference.person.name, unit: reference.person.unit_name });
    fill(screen, { clock_off: app.clockOffMs === null ? '' : Math.round(Math.abs(app.clockOffMs) / 60000) });
    show(screen, {
      known, asking: !app.owner && news.state === 'idle', stranger: !app.owner && news.state !== 'idle', may_sign_in: !app.owner, no_reference: Boolean(app.owner) && !reference, zalo: isZalo(), clock_off: app.clockIsOff(),
      sign_in: known && news.state === 'sign-in', password: news.state === 'password', factor: news.state === 'factor', not_allowed: news.state === 'not-allowed',
      other_person: known && news.state === 'other-person', long_unsent: oldest > LONG_UNSENT_MS,
      not_installed: isIos() && !isInstalled() && oldest > IOS_WARN_MS, go_on: open.length > 0, may_begin: known && open.length === 0,
    });
    if (open.length) screen.querySelector('[data-first]').href = `#/luot/${open[0].id}`;
    if (!known) return;
    rows(screen, 'open', open, (row, patrol) => writeOpen(app, row, patrol));
    rows(screen, 'undo', patrols.filter(app.book.mayUndo), (row, patrol) => {
      row.querySelector('[data-link]').href = `#/luot/${patrol.id}/xong`;
      fill(row, { ended: whenWritten(patrol.form.ended_at), stretch: stretchName(app, patrol.form) });
      showWord(app, row, patrol);
    });
    const here = new Set(patrols.map((patrol) => patrol.id));
    const theirs = reference.mine.filter((record) => !here.has(record.id));
    rows(screen, 'returned', theirs.filter((record) => record.status === 'returned'), (row, record) => writeTheirs(app, row, record));
    rows(screen, 'elsewhere', theirs.filter((record) => record.status === 'in_progress'), (row, record) => writeTheirs(app, row, record));
  };
  await screen.update();
  return screen;
}

function writeOpen(app, row, patrol) {
  const { form } = patrol;
  row.querySelector('[data-link]').href = `#/luot/${patrol.id}`;
  fill(row, { stretch: stretchName(app, form), from: whenWritten(form.started_at) });
  span(row, minutesBetween(form.started_at, Date.now()));
  fillHeadcount(row, form.attendance);
  const { percent, isLow } = app.battery.state();
  fill(row, { battery: percent });
  show(row, { recording: app.way.isOn(patrol.id), battery_low: isLow });
  showWord(app, row, patrol);
}

function writeTheirs(app, row, record) {
  fill(row, { started: whenWritten(record.body.started_at), because: record.returned_because || '', stretch: stretchName(app, record.body) });
  row.querySelector('[data-act="mend"]').addEventListener('click', async () => {
    await app.book.begin(formOf(record.body, app.reference), { id: record.id, base_rev: record.rev });
    app.go(record.body.ended_at ? `/luot/${record.id}/ket-thuc` : `/luot/${record.id}`);
  });
}
