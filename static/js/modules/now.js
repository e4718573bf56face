/* [data-module=now] around one text input and buttons [data-now="0|-5|-15"]: fills HH:MM, 24 hours, Vietnamese time.
   0 means this minute; −5 steps back from what stands in the field, or from this minute when it is empty.
   data-date="id of the day input" (type=date, or text 05/02/2026): filled with today by "now"; moved a day when a step
   crosses midnight. */

const ZONE = 'Asia/Ho_Chi_Minh';
const DAY = 24 * 60;

export function localNow(moment = new Date()) {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(moment);
  const part = (type) => parts.find((one) => one.type === type).value;
  return { day: `${part('year')}-${part('month')}-${part('day')}`, time: `${part('hour')}:${part('minute')}` };
}

/** '21:30' (also 9:05, 21h30, 2130) → minutes after midnight, or null when it is no time of day. */
export function minutesOf(text) {
  const found = /^\s*(\d{1,2})\s*[:hg.]?\s*(\d{2})\s*$/i.exec(text);
  if (!found || Number(found[1]) > 23 || Number(found[2]) > 59) return null;
  return Number(found[1]) * 60 + Number(found[2]);
}

export function timeOf(minutes) {
  const two = (number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export function stepBack(time, minutes) {
  const at = minutesOf(time) + minutes;
  return { time: timeOf(((at % DAY) + DAY) % DAY), days: Math.floor(at / DAY) };
}

export function dayShifted(day, days) {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

const SHOWN = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/;

/** The day in a field as 2026-02-05, whichever way the field writes it; '' when it is no day. */
export function dayIn(text) {
  const found = SHOWN.exec(text);
  if (found) return `${found[3]}-${found[2].padStart(2, '0')}-${found[1].padStart(2, '0')}`;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : '';
}

export const dayAsWritten = (day, type) => (type === 'date' ? day : day.split('-').reverse().join('/'));

export default function start(element) {
  const input = element.querySelector('[data-time]') ?? element.querySelector('input');
  const date = element.dataset.date ? document.getElementById(element.dataset.date) : null;
  const tell = (field) => {
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };
  for (const button of element.querySelectorAll('[data-now]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const step = Number(button.dataset.now);
      const now = localNow();
      const fromNow = step === 0 || minutesOf(input.value) === null;
      const result = stepBack(fromNow ? now.time : input.value, step);
      input.value = result.time;
      tell(input);
      if (!date) return;
      const day = fromNow ? now.day : dayIn(date.value);
      if (!day || (!fromNow && result.days === 0)) return;
      date.value = dayAsWritten(dayShifted(day, result.days), date.type);
      tell(date);
    });
  }
}
