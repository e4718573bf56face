/* Days and clock times of the book. Việt Nam keeps UTC+7 all year, so a phone set to another zone changes nothing. */

const OURS_MS = 7 * 3600 * 1000;
const MINUTE_MS = 60000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const two = (number) => String(number).padStart(2, '0');
const shifted = (moment) => new Date(new Date(moment).getTime() + OURS_MS);

/** '2026-02-05': the local day of a moment (Date, ISO text or milliseconds). */
export const dayOf = (moment) => shifted(moment).toISOString().slice(0, 10);

/** '21:05': the local clock of a moment. */
export const clockOf = (moment) => shifted(moment).toISOString().slice(11, 16);

/** '05/02': the local day as people write it; with its year when `year` is asked for. */
export function dayWritten(moment, { year = false } = {}) {
  const [y, m, d] = dayOf(moment).split('-');
  return year ? `${d}/${m}/${y}` : `${d}/${m}`;
}

/** The moment of a local day ('2026-02-05') and minutes after its midnight, as ISO text in UTC. */
export function momentAt(day, minutes) {
  const at = Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE_MS - OURS_MS;
  return new Date(at).toISOString();
}

/** Seconds are never asked and never kept. */
export const toTheMinute = (moment) => new Date(Math.floor(new Date(moment).getTime() / MINUTE_MS) * MINUTE_MS).toISOString();

/** 21:30, 9:05, 21h30, 21 giờ 30, 2130, 9h → minutes after midnight; null when it is no time of day. */
export function minutesTyped(text) {
  let typed = String(text).trim();
  if (/^[0-9]{3,4}$/.test(typed)) typed = `${typed.slice(0, -2)}:${typed.slice(-2)}`;
  const found = /^([0-9]{1,2})(?:\s*(?::|h|giờ|g|\.)\s*([0-9]{1,2})?\s*(?:phút|p)?)?$/i.exec(typed);
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2] || 0)];
  return hours > 23 || minutes > 59 ? null : hours * 60 + minutes;
}

/** The end meant by a clock time: on the day of the start, or on the next when it is earlier than the start. */
export function endMeant(startedAt, minutes) {
  const sameDay = momentAt(dayOf(startedAt), minutes);
  return sameDay >= toTheMinute(startedAt) ? sameDay : new Date(Date.parse(sameDay) + DAY_MS).toISOString();
}

/** The start meant by a clock time typed now: today's, or yesterday's when it would still lie ahead. */
export function startMeant(minutes, now) {
  const today = momentAt(dayOf(now), minutes);
  const ahead = Date.parse(today) - new Date(now).getTime() > 60 * MINUTE_MS;
  return ahead ? new Date(Date.parse(today) - DAY_MS).toISOString() : today;
}

/** A time inside a patrol's night: before its start means after midnight. */
export function nightMeant(startedAt, minutes) {
  const sameDay = momentAt(dayOf(startedAt), minutes);
  const early = Date.parse(startedAt) - Date.parse(sameDay) > 60 * MINUTE_MS;
  return early ? new Date(Date.parse(sameDay) + DAY_MS).toISOString() : sameDay;
}

/** Whole minutes from one moment to another, never negative. */
export const minutesBetween = (from, to) => Math.max(0, Math.round((new Date(to) - new Date(from)) / MINUTE_MS));
