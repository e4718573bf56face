/* Who is there: a number for each unit, empty until somebody writes it. */

import { isCurrent } from '../../rules/body.js';
import { offerUndo } from './bars.js';
import { fillHeadcount, unitName } from './facts.js';
import { input, onChange, wake, whole } from './fields.js';
import { createSaver } from './saver.js';
import { draw, fill, offer, rows, show, taps } from './view.js';

const LARGEST_TEAM = 60;
const COUNTS = ['personnel', 'militia', 'security_team'];

export async function headcount(app, { id, form }) {
  const screen = draw('headcount');
  let units = form.attendance.map((row) => ({ ...row }));
  const saver = createSaver((edit) => app.book.change(id, (patrol) => edit(patrol.form)), app.trouble);
  screen.querySelectorAll('[data-back]').forEach((link) => { link.href = `#/luot/${id}`; });

  const paintSum = () => {
    const total = fillHeadcount(screen, units);
    show(screen, { large: total.personnel + total.militia + total.security_team > LARGEST_TEAM });
  };
  /** Write one unit's fields where that unit stands on disk, whatever another tab did to the others. */
  const put = (unit, facts) => {
    Object.assign(unit, facts);
    saver.save((held) => {
      const row = held.attendance.find((one) => one.unit_id === unit.unit_id);
      if (row) Object.assign(row, facts);
    });
    paintSum();
  };
  const paint = () => {
    rows(screen, 'unit', units, (row, unit, number) => {
      row.dataset.unit = unit.unit_id;
      fill(row, { name: unitName(app, unit.unit_id), number: number + 1 });
      for (const name of COUNTS) {
        const field = input(row, `attendance.${number}.${name}`);
        field.value = unit[name] === null ? '' : unit[name];
        onChange(field, (typed) => put(unit, name === 'personnel' && whole(typed) !== null ? { [name]: whole(typed), unknown: false } : { [name]: whole(typed) }));
      }
      const unknown = input(row, `attendance.${number}.unknown`);
      unknown.checked = unit.unknown;
      onChange(unknown, (on) => put(unit, { unknown: on }));
      row.querySelector('details').open = Boolean(unit.militia || unit.security_team || unit.unknown);
    });
    wake(screen);
    const taken = new Set(units.map((unit) => unit.unit_id));
    const free = app.reference.units.filter((unit) => isCurrent(unit) && !taken.has(unit.id));
    offer(input(screen, 'add_unit'), free.map((unit) => ({ value: unit.id, label: unit.name })), null);
    paintSum();
  };

  onChange(input(screen, 'add_unit'), (chosen) => {
    const unit_id = Number(chosen);
    if (!unit_id || units.some((unit) => unit.unit_id === unit_id)) return;
    const unit = { unit_id, personnel: null, militia: 0, security_team: 0, unknown: false };
    units = [...units, unit];
    saver.save((held) => { if (!held.attendance.some((one) => one.unit_id === unit_id)) held.attendance.push({ ...unit }); });
    paint();
  });
  taps(screen, {
    remove: (button) => {
      const unit_id = Number(button.closest('[data-unit]').dataset.unit);
      const taken = units.find((unit) => unit.unit_id === unit_id);
      units = units.filter((unit) => unit !== taken);
      saver.save((held) => { held.attendance = held.attendance.filter((one) => one.unit_id !== unit_id); });
      paint();
      offerUndo('unit', () => {
        units = [...units, taken];
        saver.save((held) => { held.attendance.push({ ...taken }); });
        paint();
      });
    },
  });
  screen.leave = () => saver.close();
  paint();
  return screen;
}
