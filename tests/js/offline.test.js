import assert from 'node:assert/strict';
import test from 'node:test';

import { createBattery } from '../../static/js/modules/phone/battery.js';
import { createBook, UNDO_MS } from '../../static/js/offline/book.js';
import { createCourier } from '../../static/js/offline/courier.js';
import { alone } from '../../static/js/offline/lease.js';
import { newId, sha256 } from '../../static/js/offline/marks.js';
import { createOutbox, hasArrived } from '../../static/js/offline/outbox.js';
import { createRecorder } from '../../static/js/offline/recorder.js';
import { batches, drain, Refusal } from '../../static/js/offline/sync.js';
import { memory } from './store.js';

const LIMITS = { items: 50, bytes: 1048576, piece_bytes: 65536 };
const FORM = { lead_unit_id: 3, stretch_id: 1, started_at: '2026-02-05T14:00:00.000Z', ended_at: null, attendance: [], programme_ids: [1], leader_id: 7,
  leader_name: '', from_place: '', to_place: '', means: null, weather: null, sea: null, nothing_found: false, note: '', findings: [] };

/** One person's phone with a clock that can be set. */
function phone(owner = 7, store = memory()) {
  const clock = { now: Date.parse('2026-02-05T14:00:00Z') };
  const now = () => (clock.now += 1);
  return { store, clock, owner, book: createBook(store, { owner, now }), outbox: createOutbox(store, { now }) };
}

const receiptOf = (item, more = {}) => ({ id: item.id, rev: item.rev, sha256: item.sha256, outcome: 'stored', stored_rev: item.rev, record: '/tuan-tra/1', ...more });

/** A server in a few lines: remembers what it took by id and sha256; `mood(call)` may throw before or after it did. */
function serverOf(mood = () => {}) {
  const taken = new Map();
  const contents = new Map();
  const counts = new Map();
  let calls = 0;
  return {
    taken, counts,
    post: async (items) => {
      const call = (calls += 1);
      mood(call, 'before');
      const results = items.map((item) => {
        const known = taken.get(item.id)?.has(item.sha256);
        if (!known) {
          taken.set(item.id, (taken.get(item.id) || new Set()).add(item.sha256));
          counts.set(item.id, (counts.get(item.id) || 0) + 1);
        }
        const receipt = receiptOf(item, { outcome: known ? 'already_stored' : 'stored' });
        if (item.kind === 'patrol') return receipt;
        const { sha256: content, size } = JSON.parse(item.body);
        const received = (contents.get(content) || new Uint8Array()).length;
        return { ...receipt, content: { received, size, state: received === size ? 'attached' : 'waiting_content' } };
      });
      mood(call, 'after');
      return { results };
    },
    put: Object.assign(async (content, piece, { from, total }) => {
      const held = contents.get(content) || new Uint8Array();
      if (from > held.length) throw new Refusal(409, { code: 'gap', received: held.length });
      const call = (calls += 1);
      const room = mood(call, 'piece', piece.byteLength);
      const bytes = new Uint8Array(piece).subarray(held.length - from, room === undefined ? undefined : room);
      contents.set(content, Uint8Array.from([...held, ...bytes]));
      if (room !== undefined && room < piece.byteLength) throw new TypeError('the link broke');
      const received = contents.get(content).length;
      return { received, complete: received === total };
    }, { standing: async (content) => ({ received: (contents.get(content) || new Uint8Array()).length }) }),
    contents,
  };
}

const sendAll = ({ outbox, store, owner }, server) => drain({ outbox, owner, limits: LIMITS, post: server.post, put: server.put,
  bytesOf: async (content) => (await store.get('contents', content))?.bytes });

test('a UUID is one, and a fingerprint is that of the bytes', async () => {
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(await sha256('Đà Nẵng'), await sha256(new TextEncoder().encode('Đà Nẵng')));
});

test('a night is sent at its start and at its end, each version once', async () => {
  const mine = phone();
  const server = serverOf();
  const { id } = await mine.book.begin(FORM);
  await mine.book.handIn(id);
  assert.deepEqual(await sendAll(mine, server), { sent: 1, state: 'done' });
  assert.equal((await mine.book.one(id)).base_rev, 1);
  await mine.book.end(id, '2026-02-05T16:00:00.000Z');
  const [item] = await mine.outbox.all(7);
  assert.deepEqual([item.rev, item.base_rev, JSON.parse(item.body).ended_at], [2, 1, '2026-02-05T16:00:00.000Z']);
  await sendAll(mine, server);
  assert.equal(server.counts.get(id), 2);
  assert.deepEqual(await mine.outbox.all(7), []);
  assert.equal((await mine.outbox.copies(7)).length, 2);
});

test('answers that never came change nothing: what is queued goes again and is counted once', async () => {
  const mine = phone();
  const server = serverOf((call, when) => { if (when === 'after' && call < 4) throw new TypeError('no answer'); });
  const ids = [];
  for (let night = 0; night < 5; night += 1) {
    const { id } = await mine.book.begin(FORM);
    ids.push(id);
    await mine.book.end(id, '2026-02-05T16:00:00.000Z');
  }
  const states = [];
  for (let round = 0; round < 4; round += 1) states.push((await sendAll(mine, server)).state);
  assert.deepEqual(states, ['later', 'later', 'later', 'done']);
  assert.deepEqual(ids.map((id) => server.counts.get(id)), [1, 1, 1, 1, 1]);
  assert.deepEqual(await mine.outbox.all(7), []);
});

test('only what a receipt names by id, rev and sha256 leaves the phone', async () => {
  const mine = phone();
  const { id } = await mine.book.begin(FORM);
  await mine.book.handIn(id);
  const [item] = await mine.outbox.all(7);
  for (const wrong of [{ id: newId() }, { rev: 2 }, { sha256: 'f'.repeat(64) }, { outcome: 'whatever' }]) {
    assert.equal(await mine.outbox.settle(receiptOf(item, wrong)), 'unknown');
  }
  assert.equal((await mine.outbox.all(7)).length, 1);
  assert.equal(await mine.outbox.settle(receiptOf(item)), 'taken');
  assert.equal((await mine.outbox.all(7)).length, 0);
});

test('what a person must look at waits, and holds up nothing else', async () => {
  const mine = phone();
  const good = await mine.book.begin(FORM);
  const bad = await mine.book.begin({ ...FORM, stretch_id: 99 });
  await mine.book.handIn(bad.id);
  await mine.book.handIn(good.id);
  const server = { put: null, post: async (items) => ({ results: items.map((item) => (item.id === bad.id ? { ...receiptOf(item), outcome: 'rejected', codes: { stretch_id: 'unknown_choice' } } : receiptOf(item))) }) };
  assert.deepEqual(await sendAll(mine, server), { sent: 1, state: 'attention' });
  const [item] = await mine.outbox.all(7);
  assert.deepEqual([item.id, item.held.codes], [bad.id, { stretch_id: 'unknown_choice' }]);
  await mine.book.end(bad.id, '2026-02-05T16:00:00.000Z');
  assert.deepEqual((await mine.outbox.all(7)).map((one) => one.rev), [2], 'the mended version takes the place of the refused one');
});

test('a session that ended keeps everything; another person sends nothing of mine', async () => {
  const mine = phone();
  await mine.book.handIn((await mine.book.begin(FORM)).id);
  for (const [status, code, state] of [[401, 'sign_in', 'sign-in'], [409, 'other_person', 'other-person'], [403, 'password_change_needed', 'password'], [403, 'second_factor_needed', 'factor'], [400, 'not_readable', 'unreadable'], [503, 'busy', 'later']]) {
    const result = await sendAll(mine, { post: async () => { throw new Refusal(status, { code }); } });
    assert.equal(result.state, state);
  }
  assert.equal((await mine.outbox.all(7)).length, 1);
  const other = phone(8, mine.store);
  assert.deepEqual([await other.outbox.all(8), await other.book.mine(), await other.book.one((await mine.book.mine())[0].id)], [[], [], null]);
});

test('a batch holds what the server takes, and a refused one is halved', async () => {
  const items = Array.from({ length: 120 }, (_, n) => ({ id: String(n), kind: 'patrol', rev: 1, base_rev: null, sha256: 'a', phone_time: 'b', body: 'x'.repeat(30000) }));
  const cut = batches(items, { most: 50, bytes: 1048576 });
  assert.equal(cut.flat().length, 120);
  for (const batch of cut) assert.ok(batch.length <= 50 && JSON.stringify(batch).length < 1048576);
  const mine = phone();
  for (let n = 0; n < 4; n += 1) await mine.book.handIn((await mine.book.begin(FORM)).id);
  const sizes = [];
  const result = await sendAll(mine, { post: async (batch) => {
    sizes.push(batch.length);
    if (batch.length > 1) throw new Refusal(413, { code: 'too_big' });
    return { results: batch.map((item) => receiptOf(item)) };
  } });
  assert.deepEqual([result, sizes], [{ sent: 4, state: 'done' }, [4, 2, 1, 1, 2, 1, 1]]);
});

test('ten photos come over a link that breaks every 50 kB, byte for byte', async () => {
  const mine = phone();
  let budget = 50000;
  const server = serverOf((call, when, bytes) => {
    if (when !== 'piece') return undefined;
    const room = Math.min(bytes, budget);
    budget = room < bytes ? 50000 : budget - room;
    return room;
  });
  const { id } = await mine.book.begin(FORM);
  const photos = [];
  for (let n = 0; n < 10; n += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(60000 + n)).buffer;
    photos.push(bytes);
    await mine.book.keepContent({ patrol: id, kind: 'photo', bytes });
  }
  await mine.book.end(id, '2026-02-05T16:00:00.000Z');
  let result;
  for (let round = 0; round < 5 && result?.state !== 'done'; round += 1) result = await sendAll(mine, server);
  assert.equal(result.state, 'done');
  for (const bytes of photos) assert.deepEqual(server.contents.get(await sha256(bytes)), new Uint8Array(bytes));
});

test('a battery is little at a fifth without a charger, and a phone that tells nothing says nothing', async () => {
  let told = 0;
  let at = 0;
  const source = Object.assign(new EventTarget(), { level: 0.5, charging: false });
  const battery = createBattery({ ask: async () => source, changed: () => { told += 1; }, now: () => at });
  assert.deepEqual(battery.state(), { percent: null, isLow: false, drain: null });
  await battery.watch();
  battery.begin();
  assert.deepEqual(battery.state(), { percent: 50, isLow: false, drain: null });
  at = 2 * 3600000;
  source.level = 0.2;
  source.dispatchEvent(new Event('levelchange'));
  assert.deepEqual(battery.state(), { percent: 20, isLow: true, drain: 15 });
  source.charging = true;
  source.dispatchEvent(new Event('chargingchange'));
  assert.deepEqual([battery.state().isLow, told], [false, 3]);
  for (const ask of [async () => null, async () => { throw new DOMException('no', 'NotAllowedError'); }]) {
    const silent = createBattery({ ask, changed: () => assert.fail('there is nothing to tell') });
    await silent.watch();
    assert.deepEqual(silent.state(), { percent: null, isLow: false, drain: null });
  }
});

test('a photo whose bytes are gone says so and is not tried again; everything else goes', async () => {
  const mine = phone();
  const { id } = await mine.book.begin(FORM);
  const [gone, broken, good] = await Promise.all([1, 2, 3].map((n) => mine.book.keepContent({ patrol: id, kind: 'photo', bytes: new Uint8Array([n]).buffer })));
  await mine.book.end(id, '2026-02-05T16:00:00.000Z');
  await mine.store.remove('contents', gone.sha256);
  const server = serverOf();
  let unreadable = [broken.sha256];
  const again = () => drain({ outbox: mine.outbox, owner: mine.owner, limits: LIMITS, post: server.post, put: server.put,
    bytesOf: async (content) => {
      if (unreadable.includes(content)) throw new DOMException('Failed to read large IndexedDB value', 'UnknownError');
      return (await mine.store.get('contents', content))?.bytes;
    } });
  assert.deepEqual(await again(), { sent: 2, state: 'attention' });
  assert.deepEqual([...server.contents.keys()], [good.sha256]);
  assert.equal(server.counts.size, 2);                                  // nothing was announced that can't follow
  const left = await mine.outbox.all(mine.owner);
  assert.deepEqual(left.map((item) => item.held.outcome), ['lost', 'lost']);
  assert.deepEqual(await again(), { sent: 0, state: 'nothing' });
  unreadable = [];                                                      // a person asked for another try, and it could be read
  for (const item of left) await mine.outbox.release(item.key);
  assert.deepEqual(await again(), { sent: 1, state: 'attention' });
  const [last] = await mine.outbox.all(mine.owner);
  await mine.outbox.putAway(last.key);
  const copies = await mine.outbox.copies(mine.owner);
  assert.deepEqual(copies.filter((copy) => !hasArrived(copy)).map((copy) => copy.key), [last.key]);
});

test('one photo that will not go never holds up the record', async () => {
  const mine = phone();
  const { id } = await mine.book.begin(FORM);
  await mine.book.keepContent({ patrol: id, kind: 'photo', bytes: new Uint8Array(10).buffer });
  await mine.book.end(id, '2026-02-05T16:00:00.000Z');
  const server = serverOf((call, when) => { if (when === 'piece') throw new TypeError('no link'); });
  assert.equal((await sendAll(mine, server)).state, 'later');
  assert.deepEqual((await mine.outbox.all(7)).map((item) => item.kind), ['photo']);
});

test('an end can be taken back for ten minutes, and the next end is a version of its own', async () => {
  const mine = phone();
  const { id } = await mine.book.begin(FORM);
  const ended = await mine.book.end(id, '2026-02-05T16:00:00.000Z');
  assert.ok(mine.book.mayUndo(ended));
  const open = await mine.book.undoEnd(id);
  assert.deepEqual([open.state, open.form.ended_at, open.rev], ['open', null, 2]);
  await mine.book.end(id, '2026-02-05T17:00:00.000Z');
  mine.clock.now += UNDO_MS;
  assert.ok(!mine.book.mayUndo(await mine.book.one(id)));
  assert.deepEqual((await mine.outbox.all(7)).map((item) => [item.rev, JSON.parse(item.body).ended_at]),
    [[1, '2026-02-05T16:00:00.000Z'], [2, null], [3, '2026-02-05T17:00:00.000Z']]);
});

test('two tabs change different fields of one night and both hold', async () => {
  const one = phone();
  const two = phone(7, one.store);
  const { id } = await one.book.begin(FORM);
  await Promise.all([one.book.change(id, (held) => { held.form.note = 'A'; }), two.book.change(id, (held) => { held.form.means = 'boat'; })]);
  const { form } = await one.book.one(id);
  assert.deepEqual([form.note, form.means], ['A', 'boat']);
});

test('a recording ends as one track, only once, and a discarded photo is not sent', async () => {
  const mine = phone();
  const { id } = await mine.book.begin(FORM);
  for (let n = 0; n < 3; n += 1) await mine.book.keepFix(id, { at: 1e12 + n * 10000, lat: 16 + n / 10000, lon: 108, accuracy: 5, part: 1 });
  const photo = await mine.book.keepContent({ patrol: id, kind: 'photo', bytes: new Uint8Array(3).buffer });
  await mine.book.describe(photo.sha256, { dropped: true });
  await mine.book.end(id, '2026-02-05T16:00:00.000Z');
  await mine.book.finishAll();
  await mine.book.undoEnd(id);
  await mine.book.end(id, '2026-02-05T17:00:00.000Z');
  assert.deepEqual((await mine.outbox.all(7)).filter((item) => item.kind !== 'patrol').map((item) => item.kind), ['track']);
});

test('the bin is emptied after 30 days, and never of something that waits', async () => {
  const mine = phone();
  const gone = await mine.book.begin(FORM);
  const waits = await mine.book.begin(FORM);
  await mine.book.handIn(waits.id);
  for (const { id } of [gone, waits]) await mine.book.bin(id);
  mine.clock.now += 29 * 86400000;
  await mine.book.prune();
  assert.equal((await mine.book.mine()).length, 2);
  mine.clock.now += 2 * 86400000;
  await mine.book.prune();
  assert.deepEqual((await mine.book.mine()).map((patrol) => patrol.id), [waits.id]);
});

test('without Web Locks one tab sends by a lease, and a dead tab loses it', async () => {
  const store = memory();
  let now = 0;
  const tab = (holder, work) => alone('gui', work, { store, holder, locks: null, now: () => now });
  const nested = await tab('a', async () => tab('b', async () => 'both'));
  assert.equal(nested, null);
  assert.equal(await tab('b', async () => 'free again'), 'free again');
  await store.put('facts', { name: 'lease:gui', holder: 'dead', until: 1000 });
  assert.equal(await tab('b', async () => 'x'), null);
  now = 1001;
  assert.equal(await tab('b', async () => 'taken over'), 'taken over');
});

test('the courier tries again ever later, listens to Retry-After, and a tap is never lost', async () => {
  const answers = [{ state: 'later' }, { state: 'later', retryAfter: 90000 }, { state: 'done', sent: 1 }, { state: 'nothing' }];
  const waits = [];
  const told = [];
  let timer = null;
  const courier = createCourier({ send: async () => answers.shift(), tell: (news) => told.push(news.state), chance: () => 1,
    later: (act, ms) => { waits.push(ms); timer = act; }, cancel: () => {} });
  await courier.kick();
  await timer();
  const running = timer();
  courier.kick();
  await running;
  assert.deepEqual(told, ['later', 'later', 'done', 'nothing']);
  assert.deepEqual(waits.slice(0, 2), [4000, 90000]);
});

/** A geolocation that says what the test says. */
function sky() {
  const watches = new Map();
  let number = 0;
  return {
    watches,
    watchPosition: (found, failed) => { watches.set((number += 1), { found, failed }); return number; },
    clearWatch: (which) => watches.delete(which),
    see: (seconds, north, accuracy = 8) => [...watches.values()].forEach(({ found }) => found({ timestamp: 1e12 + seconds * 1000, coords: { latitude: 16 + north / 111195, longitude: 108, accuracy, altitude: null } })),
    lose: (code) => [...watches.values()].forEach(({ failed }) => failed({ code })),
  };
}

test('a recorder keeps every fix, survives errors, and starts a silent watch anew', async () => {
  const geolocation = sky();
  const kept = [];
  let news = null;
  let tick = null;
  let now = 0;
  const recorder = createRecorder({ geolocation, keep: async (one) => { kept.push(one); }, tell: (said) => { news = said; }, now: () => now, every: (act) => { tick = act; }, stopEvery: () => {} });
  recorder.start(2, [{ at: 1e12 - 20 * 60000, lat: 16, lon: 108, accuracy: 5, part: 1 }]);
  geolocation.see(0, 0);
  geolocation.lose(2);
  assert.equal(news.trouble, 'lost');
  geolocation.see(10, 15);
  geolocation.lose(1);
  assert.equal(news.trouble, 'denied');
  geolocation.see(20, 30);
  await Promise.resolve();
  assert.deepEqual(kept.map((one) => one.part), [2, 2, 2]);
  assert.deepEqual([news.trouble, Math.round(news.metres), news.gaps], [null, 30, 1]);
  const [first] = geolocation.watches.keys();
  now = 60000;
  tick();
  assert.ok(!geolocation.watches.has(first) && geolocation.watches.size === 1);
  recorder.stop();
  assert.equal(geolocation.watches.size, 0);
});

test('a fix the disk refuses is said, and the watch goes on', async () => {
  const geolocation = sky();
  let news = null;
  const recorder = createRecorder({ geolocation, keep: async () => { throw new DOMException('full', 'QuotaExceededError'); }, tell: (said) => { news = said; }, every: () => {}, stopEvery: () => {} });
  recorder.start(1, []);
  geolocation.see(0, 0);
  await new Promise((done) => { setTimeout(done); });
  assert.deepEqual([news.trouble, recorder.isOn], ['disk', true]);
});
