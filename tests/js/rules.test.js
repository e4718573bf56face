import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { bodyOf, formOf, newForm } from '../../static/js/rules/body.js';
import { inked } from '../../static/js/rules/inked.js';
import { makerOf, modelIn } from '../../static/js/rules/makers.js';
import { headcountOf, verdict } from '../../static/js/rules/patrol.js';
import { delayAfter, pieceAfter } from '../../static/js/rules/retry.js';
import { folded, matches } from '../../static/js/rules/text.js';
import * as times from '../../static/js/rules/times.js';
import { gpxOf, isNew, metresBetween, tallyOf } from '../../static/js/rules/way.js';

const REFERENCE = {
  person: { id: 7, name: 'Đại uý Hùng', unit_id: 3, may_choose_leader: false },
  leaders: [],
  programmes: [{ id: 1, is_default: true }, { id: 2, is_default: false }, { id: 9, is_default: true, is_current: false }],
  stretches: [{ id: 1, is_current: true }, { id: 2 }, { id: 3, is_current: false }],
  units: [{ id: 3, force: 'border_guard', is_current: true }, { id: 4, force: 'border_guard', is_current: true },
    { id: 5, force: 'police', is_current: true }, { id: 6, force: 'military', is_current: false }],
};

test('a time is read the way people type it, and nothing else is', () => {
  for (const typed of ['21:30', '21h30', '2130', '21 giờ 30', '21g30', '21.30']) assert.equal(times.minutesTyped(typed), 1290, typed);
  assert.equal(times.minutesTyped('9h'), 540);
  for (const typed of ['', '24:00', '12:60', 'mười giờ', '12345']) assert.equal(times.minutesTyped(typed), null, typed);
});

test('the night keeps its own day whatever zone the phone is in', () => {
  assert.equal(times.dayOf('2026-12-31T17:30:00Z'), '2027-01-01');
  assert.equal(times.clockOf('2026-12-31T17:30:00Z'), '00:30');
  assert.equal(times.momentAt('2027-01-01', 30), '2026-12-31T17:30:00.000Z');
  assert.equal(times.dayWritten('2026-12-31T17:30:00Z', { year: true }), '01/01/2027');
});

test('an end before the start is the next day, a start still ahead was yesterday', () => {
  const start = times.momentAt('2026-02-05', 22 * 60);
  assert.equal(times.endMeant(start, 75), times.momentAt('2026-02-06', 75));
  assert.equal(times.endMeant(start, 23 * 60), times.momentAt('2026-02-05', 23 * 60));
  assert.equal(times.startMeant(23 * 60, times.momentAt('2026-02-06', 20)), times.momentAt('2026-02-05', 23 * 60));
  assert.equal(times.startMeant(25, times.momentAt('2026-02-06', 20)), times.momentAt('2026-02-06', 25));
  assert.equal(times.nightMeant(start, 60), times.momentAt('2026-02-06', 60));
});

test('a category is found without its accents', () => {
  assert.equal(folded('Đánh bạc'), 'danh bac');
  assert.ok(matches('Đánh bạc trái phép', 'danh bac'));
  assert.ok(matches('Đánh bạc trái phép', 'trái đánh'));
  assert.ok(!matches('Đánh bạc trái phép', 'ma tuy'));
});

test('tries come ever more rarely, never all at once, and pieces follow the link', () => {
  assert.equal(delayAfter(0, 0), 2000);
  assert.equal(delayAfter(0, 1), 4000);
  assert.ok(delayAfter(3, 0.5) > delayAfter(2, 0.5));
  assert.equal(delayAfter(50, 1), 15 * 60000);
  assert.equal(pieceAfter(65536, false), 32768);
  assert.equal(pieceAfter(16384, false), 16384);
  assert.equal(pieceAfter(200000, true), 262144);
});

const fix = (seconds, metresNorth, more = {}) => ({ at: 1e12 + seconds * 1000, lat: 16 + metresNorth / 111195, lon: 108.25, accuracy: 8, part: 1, ...more });

test('a walk is summed, standing still and poor fixes are not', () => {
  const walk = Array.from({ length: 11 }, (_, step) => fix(step * 10, step * 12));
  assert.ok(Math.abs(tallyOf(walk).metres - 120) < 1);
  const trembling = Array.from({ length: 50 }, (_, step) => fix(step * 10, step % 2 ? 3 : 0));
  assert.equal(tallyOf(trembling).metres, 0);
  assert.ok(Math.abs(tallyOf([...walk, fix(115, 5000), fix(120, 140, { accuracy: 400 })]).metres - 120) < 1);
});

test('silence is measured, and the jump over it is no distance', () => {
  const tally = tallyOf([fix(0, 0), fix(60, 60), fix(60 + 14 * 60, 900), fix(15 * 60 + 60, 960)]);
  assert.equal(tally.gaps, 1);
  assert.equal(tally.lostMs, 14 * 60000);
  assert.ok(Math.abs(tally.metres - 120) < 1);
});

test('a fix is kept when it moved or time passed, never twice', () => {
  assert.ok(isNew(null, fix(0, 0)));
  assert.ok(!isNew(fix(0, 0), fix(1, 1)));
  assert.ok(isNew(fix(0, 0), fix(1, 20)));
  assert.ok(isNew(fix(0, 0), fix(6, 0)));
  assert.ok(!isNew(fix(6, 0), fix(6, 50)));
  assert.ok(Math.abs(metresBetween(fix(0, 0), fix(0, 1000)) - 1000) < 1);
});

test('a recording becomes a GPX file with a segment for every part', () => {
  const gpx = gpxOf([fix(0, 0), fix(10, 10, { altitude: 3.25 }), fix(500, 100, { part: 2 }), fix(510, 110, { part: 2 })], 'so');
  assert.equal(gpx.match(/<trkseg>/g).length, 2);
  assert.equal(gpx.match(/<trkpt /g).length, 4);
  assert.match(gpx, /<ele>3\.3<\/ele><time>2001-09-09T01:46:50\.000Z<\/time><extensions><accuracy>8\.0<\/accuracy>/);
});

test('a new page has one unit of each force, uncounted; like the last time never copies times or findings', () => {
  const form = newForm({ reference: REFERENCE, startedAt: '2026-02-05T14:00:00.000Z' });
  assert.deepEqual(form.attendance.map((row) => [row.unit_id, row.personnel]), [[3, null], [5, null]]);
  assert.deepEqual([form.lead_unit_id, form.leader_id, form.programme_ids], [3, 7, [1]]);
  const last = { ...form, stretch_id: 2, attendance: [{ unit_id: 5, personnel: 4, militia: 0, security_team: 0 }], findings: [{}], nothing_found: true, note: 'x', ended_at: 'y' };
  const like = newForm({ reference: REFERENCE, startedAt: '2026-02-06T14:00:00.000Z', like: last });
  assert.deepEqual([like.stretch_id, like.attendance[0].personnel, like.findings, like.nothing_found, like.note, like.ended_at], [2, 4, [], false, '', null]);
});

test('what ended meanwhile is not taken over from the last time', () => {
  const last = { lead_unit_id: 6, stretch_id: 3, programme_ids: [9, 2],
    attendance: [{ unit_id: 6, personnel: 4 }, { unit_id: 5, personnel: 2 }] };
  const like = newForm({ reference: REFERENCE, startedAt: '2026-02-06T14:00:00.000Z', like: last });
  assert.deepEqual([like.lead_unit_id, like.stretch_id, like.programme_ids], [3, null, [2]]);
  assert.deepEqual(like.attendance.map((row) => row.unit_id), [5]);
  const record = formOf({ ...like, ...last, findings: [] }, REFERENCE);
  assert.deepEqual([record.lead_unit_id, record.stretch_id, record.programme_ids], [6, 3, [9, 2]]);   // a record keeps what it had
});

test('the same form always gives the same text, and findings beat "không phát hiện"', () => {
  const form = { ...newForm({ reference: REFERENCE, startedAt: '2026-02-05T14:00:00.000Z' }), nothing_found: true };
  assert.equal(bodyOf(form), bodyOf(formOf(JSON.parse(bodyOf(form)), REFERENCE)));
  const found = { ...form, findings: [{ client_id: 'a', category: 'gambling', measures: {}, note: '', place: '' }, { client_id: 'b', category: null, note: '', place: '' }] };
  assert.equal(JSON.parse(bodyOf(found)).nothing_found, false);
  assert.equal(JSON.parse(bodyOf(found)).findings.length, 1);
});

test('an unknown number is counted as unknown, not as nothing', () => {
  const total = headcountOf([{ personnel: 3, militia: 2, security_team: null }, { personnel: null, unknown: true }, { personnel: null }]);
  assert.deepEqual(total, { personnel: 3, militia: 2, security_team: 0, unknown: 1, units: 2 });
});

test('a phone is known by its model, whatever way the browser tells it', () => {
  const models = { 'SM-A515F': 'samsung', 'Redmi Note 9S': 'xiaomi', M2101K6G: 'xiaomi', '2201117TY': 'xiaomi', '23021RAA2Y': 'xiaomi', 'POCO X3': 'xiaomi',
    CPH2387: 'oppo', RMX3231: 'oppo', V2027: 'vivo', 'vivo 1906': 'vivo', 'ANE-LX2': 'huawei', 'ELE-L29': 'huawei', 'CRT-NX1': 'huawei', iPhone: 'iphone' };
  for (const [model, maker] of Object.entries(models)) assert.equal(makerOf(model), maker, model);
  for (const model of ['', 'K', 'Pixel 7', 'Nokia G21']) assert.equal(makerOf(model), null, model);
  assert.equal(modelIn('Mozilla/5.0 (Linux; Android 10; SM-A515F Build/QP1A.190711.020) AppleWebKit/537.36'), 'SM-A515F');
  assert.equal(modelIn('Mozilla/5.0 (Linux; Android 12; CPH2387) AppleWebKit/537.36 Chrome/109.0.0.0 Mobile'), 'CPH2387');
  assert.equal(modelIn('Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) Version/16.5 Mobile'), 'iPhone');
  assert.equal(modelIn('Mozilla/5.0 (X11; Linux x86_64)'), '');
});

const contract = JSON.parse(readFileSync(new URL('../contracts/patrol_form.json', import.meta.url), 'utf8'));
const lists = { ...contract.lists, unit_ids: Object.keys(contract.lists.units).map(Number), category_codes: Object.keys(contract.lists.categories) };

for (const { name, input, verdict: wanted } of contract.cases) {
  test(`the form's verdict: ${name}`, () => assert.deepEqual(verdict(input, lists, '2026-11-27'), wanted));
}

test('who writes for others leads only if he stands among the leaders', () => {
  const clerk = { ...REFERENCE, person: { ...REFERENCE.person, may_choose_leader: true } };
  const { leader_id, leader_name } = newForm({ reference: clerk, startedAt: '2026-02-05T14:00:00.000Z' });
  assert.deepEqual([leader_id, leader_name], [null, 'Đại uý Hùng']);
});

test('a step over ground that was passed shows nothing new, one beside it does', () => {
  const ground = inked({ x: 100, y: 200, width: 10, height: 10, cell: 0.5 });
  assert.equal(ground.isNews(101.2, 201.2, 108.2, 206.2), true);
  assert.equal(ground.isNews(101.2, 201.2, 108.2, 206.2), false);
  assert.equal(ground.isNews(108.2, 206.2, 101.2, 201.2), false, 'the way back is the same ground');
  assert.equal(ground.isNews(101.1, 201.1, 101.4, 201.4), false, 'within a cell');
  assert.equal(ground.isNews(101.2, 202.2, 108.2, 207.2), true, 'two cells beside it');
  assert.equal(ground.isNews(101.2, 201.2, 108.2, 207.2), true, 'begun on it, ended elsewhere');
  assert.equal(ground.isNews(103, 209, 103, 209), true, 'a step on the spot');
});

test('what is outside the box is never new, a step through it is', () => {
  const ground = inked({ x: 0, y: 0, width: 4, height: 4, cell: 1 });
  assert.equal(ground.isNews(-9, -9, -1, -1), false);
  assert.equal(ground.isNews(4.5, 0, 9, 9), false);
  assert.equal(ground.isNews(-2, 2, 6, 2), true);
  assert.equal(ground.isNews(-0.5, 2.5, 3.5, 2.5), false);
});
