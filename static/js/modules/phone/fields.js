/* Fields of a screen and the patrol they belong to. */

import { minutesTyped } from '../../rules/times.js';
import wakeNow from '../now.js';
import wakeStepper from '../stepper.js';
import { show } from './view.js';

const WAKERS = { now: wakeNow, stepper: wakeStepper };

/** Start the small modules of the forms (Bây giờ, − and +) inside a screen. */
export function wake(root) {
  for (const element of root.querySelectorAll('[data-module]')) WAKERS[element.dataset.module]?.(element);
}

export const input = (root, name) => root.querySelector(`[name="${name}"]`);

/** Call `put(text)` at every change of a field. */
export function onChange(field, put) {
  for (const event of ['input', 'change']) field.addEventListener(event, () => put(field.type === 'checkbox' ? field.checked : field.value));
}

const isNoTime = (text) => text.trim() !== '' && minutesTyped(text) === null;

/** A clock field: `put(minutes or null)`; what can't be read is said and changes nothing. */
export function onClock(root, name, put, flag = 'bad_time') {
  onChange(input(root, name), (text) => {
    const isBad = isNoTime(text);
    show(root, { [flag]: isBad });
    if (!isBad) put(minutesTyped(text));
  });
}

/** Whether a clock field says what can't be read; then it is said, and the field is where the next key goes. */
export function isUnreadable(root, name, flag = 'bad_time') {
  const field = input(root, name);
  const isBad = isNoTime(field.value);
  if (isBad) {
    show(root, { [flag]: true });
    field.scrollIntoView({ block: 'center' });
    field.focus({ preventScroll: true });
  }
  return isBad;
}

/** A whole number as typed, null when empty; anything else is kept as text, for the verdict to say. */
export function whole(text) {
  const typed = text.trim();
  if (typed === '') return null;
  return /^\d+$/.test(typed) ? Number(typed) : typed;
}
