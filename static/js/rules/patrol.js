/* What the server will say of a patrol, said before it is sent: the same input gets the same verdict as from the Python
   parser (tests/contracts/patrol_form.json holds both to it). A verdict maps field → code; an empty one means it can be
   read. Only what can't be read is refused; what is merely odd is kept. */

const MOST_PER_UNIT = 200;
const MOST_ROWS = { attendance: 20, programme_ids: 20, findings: 50, extra: 20 };
const LARGEST_QUANTITY = 99999999999;
const LONGEST = { line: 200, prose: 2000 };
const MEANS = ['on_foot', 'motorbike', 'car', 'boat'];
const WEATHER = ['clear', 'cloudy', 'rain', 'storm', 'fog'];
const SEA = ['calm', 'moderate', 'rough'];
const SOURCES = 'form import phone paper'.split(' ');
export const MEASURES = [
  'cases', 'subjects', 'sites', 'incidents', 'vehicles', 'boats', 'crew', 'victims_dead', 'victims_injured', 'rescued', 'grams',
  'pills', 'kilograms', 'cubic_metres', 'value_dong', 'pieces', 'sessions', 'attendees',
];
const OUTCOMES = [
  'reminder', 'minutes_made', 'admin_fine', 'dispersed', 'detained', 'seized', 'handed_over', 'prosecuted', 'drug_test', 'rehab',
  'rescued', 'towed', 'follow_up', 'unfounded',
];
const YES_NO = ['true', 'false', '1', '0', 'on', 'off', 'yes', 'no', 't', 'f', 'y', 'n'];

const absent = (value) => value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
const isTree = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/* Readers: each gives undefined when the value can be read, else a code. */

function numberCode(value, { whole = false, least = -Infinity, most = Infinity } = {}) {
  let typed = value;
  if (typeof value === 'string') {
    typed = value.trim().replace(/[ \u00a0]/g, '');
    if (/^\d{1,3}(\.\d{3})+(,\d+)?$/.test(typed)) typed = typed.replace(/\./g, '');
    typed = typed.replace(/,/g, '.');
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(typed)) return 'not_a_number';
    if (whole && !/^[+-]?\d+(\.0*)?$/.test(typed)) return 'not_a_number';
  } else if (typeof value === 'boolean') {
    typed = Number(value);
  } else if (typeof value !== 'number') {
    return 'not_a_number';
  }
  const number = Number(typed);
  if (!Number.isFinite(number) || (whole && !Number.isInteger(number))) return 'not_a_number';
  if (number > most) return 'too_large';
  return number < least ? 'too_small' : undefined;
}

const oneOf = (choices) => (value) => (choices.includes(value) ? undefined : 'unknown_choice');
const identity = (value) => numberCode(value, { whole: true });
const headcount = (value) => numberCode(value, { whole: true, least: 0, most: MOST_PER_UNIT });
const quantity = (value) => numberCode(value, { least: 0, most: LARGEST_QUANTITY });
const kilometre = (value) => numberCode(value, { least: 0, most: 5000 });

function uuidCode(value) {
  const bare = String(value).toLowerCase().replace(/^urn:uuid:/, '').replace(/[{}-]/g, '');
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(bare) ? undefined : 'not_an_id';
}

function yesNo(value) {
  if (typeof value === 'boolean' || value === 0 || value === 1) return undefined;
  return typeof value === 'string' && YES_NO.includes(value.toLowerCase()) ? undefined : 'not_readable';
}

function momentCode(value) {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(String(value).trim());
  if (!found || !isDay(Number(found[1]), Number(found[2]), Number(found[3]))) return 'not_a_moment';
  return Number(found[4] || 0) < 24 && Number(found[5] || 0) < 60 && Number(found[6] || 0) < 60 ? undefined : 'not_a_moment';
}

function isDay(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && year < 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** 27/11/2026, 27-11-2026, 27.11 (this year), 2026-11-27 → [year, month, day], or null. */
function dayTyped(value, today) {
  const typed = String(value).trim();
  const ours = /^(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}))?$/.exec(typed);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typed) || /^(\d{4})(\d{2})(\d{2})$/.exec(typed);
  let day = null;
  if (ours) day = [Number(ours[3] || today.slice(0, 4)), Number(ours[2]), Number(ours[1])];
  else if (iso) day = iso.slice(1).map(Number);
  return day && isDay(...day) ? day : null;
}

/** Minutes after midnight, or null. The same spellings as rules/times.js reads; a rule imports nothing. */
function clockTyped(value) {
  let typed = String(value).trim();
  if (/^[0-9]{3,4}$/.test(typed)) typed = `${typed.slice(0, -2)}:${typed.slice(-2)}`;
  const found = /^([0-9]{1,2})(?:\s*(?::|h|giờ|g|\.)\s*([0-9]{1,2})?\s*(?:phút|p)?)?$/i.exec(typed);
  if (!found || Number(found[1]) > 23 || Number(found[2] || 0) > 59) return null;
  return Number(found[1]) * 60 + Number(found[2] || 0);
}

const text = (longest) => (value) => {
  if (typeof value !== 'string') return 'not_readable';
  return [...value.normalize('NFC').trim()].length > longest ? 'too_long' : undefined;
};
const moment = (value) => momentCode(value);
const clock = (value) => (clockTyped(value) === null ? 'not_a_time' : undefined);

/** Check the fields of one row: `readers` maps name → reader; what is absent is fine unless it stands in `required`. */
function check(row, readers, wrong, prefix = '', required = []) {
  for (const [name, reader] of Object.entries(readers)) {
    const value = row[name];
    const code = absent(value) ? (required.includes(name) ? 'required' : undefined) : reader(value);
    if (code) wrong[prefix + name] = code;
  }
}

/** The rows of a list, or [] after saying what is wrong with the list as a whole. */
function rowsOf(tree, name, wrong, prefix = '') {
  const rows = tree[name];
  if (absent(rows)) return [];
  if (!Array.isArray(rows)) {
    wrong[prefix + name] = 'not_readable';
    return [];
  }
  if (rows.length > MOST_ROWS[name]) {
    wrong[prefix + name] = 'too_many';
    return [];
  }
  rows.forEach((row, number) => {
    if (!isTree(row) && name !== 'programme_ids') wrong[`${prefix}${name}.${number}`] = 'not_readable';
  });
  return rows;
}

function patrolReaders(today) {
  const day = (value) => (dayTyped(value, today) ? undefined : 'not_a_day');
  const line = text(LONGEST.line);
  return {
    client_id: uuidCode, lead_unit_id: identity, stretch_id: identity, started_at: moment, ended_at: moment, started_on: day,
    started_time: clock, ended_on: day, ended_time: clock, leader_id: identity, leader_name: line, from_place: line, to_place: line,
    means: oneOf(MEANS), weather: oneOf(WEATHER), sea: oneOf(SEA), nothing_found: yesNo, note: text(LONGEST.prose),
    source: oneOf(SOURCES), phone_time: moment,
  };
}

const isYes = (value) => value === true || value === 1 || ['true', '1', 'on', 'yes', 't', 'y'].includes(String(value).toLowerCase());
const amount = (value) => (absent(value) ? 0 : Number(String(value).replace(',', '.')));
const isBlankRow = (row) => !isYes(row.unknown) && !['personnel', 'militia', 'security_team'].some((name) => amount(row[name]));

/** Minutes since 1970 of a moment or of a day and a clock time, in our zone; null when not given. */
function minuteOf(tree, at, on, time, today, startMinute = null) {
  if (!absent(tree[at])) {
    const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(String(tree[at]).trim()) && String(tree[at]).length > 10;
    const iso = String(tree[at]).trim().replace(' ', 'T').replace(',', '.');
    const full = iso.length === 10 ? `${iso}T00:00` : iso;
    return Math.floor(Date.parse(zoned ? full : `${full}+07:00`) / 60000);
  }
  if (absent(tree[time])) return null;
  const minutes = clockTyped(tree[time]);
  if (!absent(tree[on])) {
    const [year, month, day] = dayTyped(tree[on], today);
    return Date.UTC(year, month - 1, day) / 60000 - 420 + minutes;
  }
  if (startMinute === null) return null;
  const midnight = Math.floor((startMinute + 420) / 1440) * 1440 - 420;
  return midnight + minutes >= startMinute ? midnight + minutes : midnight + 1440 + minutes;
}

/** What is wrong with the patrol itself; {} when it can be read. */
function patrolVerdict(tree, lists, today) {
  const wrong = {};
  check(tree, patrolReaders(today), wrong, '', ['client_id', 'lead_unit_id', 'stretch_id']);
  const attendance = rowsOf(tree, 'attendance', wrong);
  attendance.forEach((row, number) => {
    if (!isTree(row)) return;
    const readers = { unit_id: identity, personnel: headcount, militia: headcount, security_team: headcount, unknown: yesNo };
    check(row, readers, wrong, `attendance.${number}.`);
  });
  rowsOf(tree, 'programme_ids', wrong).forEach((id, number) => {
    if (identity(id)) wrong[`programme_ids.${number}`] = identity(id);
  });
  if (Object.keys(wrong).length) return wrong;

  const among = (ids, id) => ids.map(Number).includes(Number(id));
  if (!among(lists.lead_unit_ids, tree.lead_unit_id)) wrong.lead_unit_id = 'unknown_choice';
  if (!among(lists.stretch_ids, tree.stretch_id)) wrong.stretch_id = 'unknown_choice';
  if (!absent(tree.leader_id) && !among(lists.leader_ids, tree.leader_id)) wrong.leader_id = 'unknown_choice';
  if (!(tree.programme_ids || []).every((id) => among(lists.programme_ids, id))) wrong.programme_ids = 'unknown_choice';
  attendance.forEach((row, number) => {
    if (isBlankRow(row)) return;
    if (absent(row.unit_id)) wrong[`attendance.${number}.unit_id`] = 'required';
    else if (!among(lists.unit_ids, row.unit_id)) wrong[`attendance.${number}.unit_id`] = 'unknown_choice';
  });
  if (absent(tree.started_at)) {
    for (const name of ['started_on', 'started_time']) if (absent(tree[name])) wrong[name] = 'required';
  }
  if (Object.keys(wrong).length) return wrong;

  const start = minuteOf(tree, 'started_at', 'started_on', 'started_time', today);
  const end = minuteOf(tree, 'ended_at', 'ended_on', 'ended_time', today, start);
  if (end !== null && end < start) wrong.ended_time = 'ends_before_start';
  const present = attendance.filter((row) => !isBlankRow(row)).map((row) => Number(row.unit_id));
  if (new Set(present).size < present.length) wrong.attendance = 'unit_twice';
  if (absent(tree.leader_id) && absent(tree.leader_name)) wrong.leader_name = 'leader_missing';
  return wrong;
}

/** Whether nothing was written into a finding; such a row is left out. */
function isBlankFinding(row) {
  if (isYes(row.removed)) return true;
  const extra = (row.extra || []).some((one) => !absent(one.code) && !absent(one.quantity));
  return absent(row.category) && !extra && !Object.keys(measuresOf(row)).length && absent(row.note) && absent(row.place);
}

const measuresOf = (row) => Object.fromEntries(Object.entries(row.measures || {}).filter(([, value]) => !absent(value)));

function findingsVerdict(tree, lists) {
  const wrong = {};
  const findings = rowsOf(tree, 'findings', wrong);
  findings.forEach((row, number) => {
    if (!isTree(row)) return;
    const prefix = `findings.${number}.`;
    const readers = {
      client_id: uuidCode, category: text(Infinity), found_at: moment, found_time: clock, place: text(LONGEST.line), km: kilometre,
      outcome: oneOf(OUTCOMES), note: text(LONGEST.prose), removed: yesNo,
    };
    check(row, readers, wrong, prefix);
    if (!absent(row.measures) && !isTree(row.measures)) wrong[`${prefix}measures`] = 'not_readable';
    else {
      for (const [code, value] of Object.entries(measuresOf(row))) {
        if (!MEASURES.includes(code)) wrong[`${prefix}measures.${code}.[key]`] = 'unknown_choice';
        if (quantity(value)) wrong[`${prefix}measures.${code}`] = quantity(value);
      }
    }
    rowsOf(row, 'extra', wrong, prefix).forEach((one, place) => {
      if (isTree(one)) check(one, { code: oneOf(MEASURES), quantity }, wrong, `${prefix}extra.${place}.`);
    });
  });
  if (Object.keys(wrong).length) return wrong;
  findings.forEach((row, number) => {
    if (isBlankFinding(row)) return;
    if (absent(row.category)) wrong[`findings.${number}.category`] = 'required';
    else if (!lists.category_codes.includes(row.category)) wrong[`findings.${number}.category`] = 'unknown_choice';
    (row.extra || []).forEach((one, place) => {
      if (!absent(one.quantity) && absent(one.code)) wrong[`findings.${number}.extra.${place}.code`] = 'required';
    });
  });
  return wrong;
}

/** The verdict on a patrol as it would be sent. `lists`: the ids that may be chosen; `today`: '2026-11-27'. */
export function verdict(tree, lists, today) {
  return { ...patrolVerdict(tree, lists, today), ...findingsVerdict(tree, lists) };
}

/** The lists a verdict asks for, out of the reference the server gave. */
export function listsOf(reference) {
  const ids = (rows) => rows.map((row) => row.id);
  return {
    unit_ids: ids(reference.units), lead_unit_ids: ids(reference.units), stretch_ids: ids(reference.stretches),
    programme_ids: ids(reference.programmes), leader_ids: [reference.person.id, ...ids(reference.leaders)],
    category_codes: reference.categories.map((category) => category.code),
  };
}

/** Officers, militia and security team of an attendance, and how many rows nobody counted. */
export function headcountOf(attendance) {
  const total = { personnel: 0, militia: 0, security_team: 0, unknown: 0, units: 0 };
  for (const row of attendance) {
    if (isBlankRow(row) && absent(row.personnel)) continue;
    total.units += isBlankRow(row) ? 0 : 1;
    for (const name of ['personnel', 'militia', 'security_team']) total[name] += amount(row[name]);
    if (isYes(row.unknown) && absent(row.personnel)) total.unknown += 1;
  }
  return total;
}
