/* A store in memory with the manners of the phone's: what is put is copied, and a transaction that throws leaves nothing. */

const KEYS = { facts: 'name', references: 'owner', patrols: 'id', items: 'key', sent: 'key', contents: 'sha256', fixes: null };
const copy = (value) => (value === undefined ? undefined : structuredClone(value));

class Request {
  constructor(result) { this.result = result; queueMicrotask(() => this.onsuccess?.()); }
}

class Table {
  constructor(name, kept) { Object.assign(this, { name, kept }); }
  get(key) { return new Request(copy(this.kept.get(key))); }
  getAll() { return new Request([...this.kept.values()].map(copy)); }
  put(value) {
    const key = KEYS[this.name] ? value[KEYS[this.name]] : this.kept.size + 1;
    this.kept.set(key, copy(value));
    return new Request(key);
  }
  add(value) {
    if (KEYS[this.name] && this.kept.has(value[KEYS[this.name]])) throw new DOMException('it is there', 'ConstraintError');
    return this.put(value);
  }
  delete(key) { this.kept.delete(key); return new Request(undefined); }
  index(name) {
    const has = (wanted) => [...this.kept].filter(([, value]) => value[name] === wanted);
    return { getAll: (wanted) => new Request(has(wanted).map(([, value]) => copy(value))), getAllKeys: (wanted) => new Request(has(wanted).map(([key]) => key)) };
  }
}

const asked = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });

export function memory() {
  let tables = Object.fromEntries(Object.keys(KEYS).map((name) => [name, new Map()]));
  let queue = Promise.resolve();
  const run = (names, work) => {
    const turn = queue.then(async () => {
      const before = Object.fromEntries(Object.entries(tables).map(([name, kept]) => [name, new Map(kept)]));
      try {
        return await work(Object.fromEntries(names.map((name) => [name, new Table(name, tables[name])])));
      } catch (error) {
        tables = before;
        throw error;
      }
    });
    queue = turn.catch(() => {});
    return turn;
  };
  const one = (name, act) => run([name], (stores) => asked(act(stores[name])));
  return {
    read: run, write: run,
    get: (name, key) => one(name, (table) => table.get(key)),
    put: (name, value) => one(name, (table) => table.put(value)),
    remove: (name, key) => one(name, (table) => table.delete(key)),
    all: (name) => one(name, (table) => table.getAll()),
    of: (name, index, key) => one(name, (table) => table.index(index).getAll(key)),
  };
}
