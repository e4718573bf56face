/* What several screens say of a patrol, out of the reference and the form. */

import { hasArrived } from '../../offline/outbox.js';
import { headcountOf } from '../../rules/patrol.js';
import { clockOf, dayOf, dayWritten } from '../../rules/times.js';
import { fill, number, show } from './view.js';
import { goingOf, NO_WORD } from './strip.js';

const named = (rows, id) => (rows.find((row) => row.id === id) || { name: '' }).name;

export const stretchName = (app, form) => named(app.reference.stretches, form.stretch_id);
export const unitName = (app, id) => named(app.reference.units, id);
export const categoryOf = (app, code) => app.reference.categories.find((category) => category.code === code) || null;
export const labelOf = (list, code) => (list.find((one) => one.code === code) || { label: '' }).label;

/** '21:05', with the day when it is another one than today. */
export const whenWritten = (moment) => (dayOf(moment) === dayOf(Date.now()) ? clockOf(moment) : `${clockOf(moment)} ${dayWritten(moment)}`);

export function fillHeadcount(root, attendance) {
  const total = headcountOf(attendance);
  fill(root, { personnel: number(total.personnel), militia: number(total.militia), security_team: number(total.security_team),
    units: number(total.units), unknown: number(total.unknown) });
  show(root, { militia: total.militia > 0, security_team: total.security_team > 0, unknown: total.unknown > 0 });
  return total;
}

/** "2 vụ, 5 đối tượng" out of a finding's measures, in the words the server gave. */
export function measuresWritten(app, finding) {
  const said = Object.entries(finding.measures || {}).filter(([, value]) => value !== null && value !== '');
  return said.map(([code, value]) => `${value} ${labelOf(app.reference.measures, code)}`).join(', ');
}

/** The four words of one patrol: what of it still waits decides. */
export async function wordOfPatrol(app, patrol) {
  const items = (await app.outbox.all(app.owner)).filter((item) => item.patrol === patrol.id);
  if (app.practising) return { word: { ...NO_WORD, saved: true }, items };
  if (goingOf(items).length) return { word: { ...NO_WORD, waiting: true }, items };
  if (items.length) return { word: { ...NO_WORD, saved: true }, items };
  const copy = (await app.outbox.copies(app.owner)).find((one) => one.patrol === patrol.id && hasArrived(one));
  if (copy && copy.received_at >= patrol.changed_at.slice(0, 10)) {
    const isNewest = patrol.state === 'ended' || copy.rev === patrol.rev;
    if (isNewest && patrol.state === 'ended') return { word: { ...NO_WORD, received: true }, items, at: clockOf(copy.received_at) };
  }
  return { word: { ...NO_WORD, saved: true }, items };
}

/** What stands in the word's slots of `root`. */
export async function showWord(app, root, patrol) {
  const { word, items, at } = await wordOfPatrol(app, patrol);
  show(root, word);
  if (at) fill(root, { at });
  return items;
}
