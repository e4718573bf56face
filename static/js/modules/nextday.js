/* [data-module=nextday data-start="id" data-end="id"]: shown while the end is earlier than the start. */

import { minutesOf } from './now.js';

export function endsNextDay(start, end) {
  const [from, to] = [minutesOf(start), minutesOf(end)];
  return from !== null && to !== null && to < from;
}

export default function start(element) {
  const from = document.getElementById(element.dataset.start);
  const to = document.getElementById(element.dataset.end);
  if (!from || !to) return;
  const show = () => { element.hidden = !endsNextDay(from.value, to.value); };
  for (const input of [from, to]) input.addEventListener('input', show);
  window.addEventListener('pageshow', show);
  show();
}
