/* The phone's own store. A write is finished when its transaction is on disk, so run() awaits `complete`, never the
   request alone; durability is strict, because a phone may die the next second. */

/* Upgrades are a list that only grows; step n takes version n to n + 1. Never edit a step that was shipped. */
const STEPS = [
  (db) => {
    db.createObjectStore('facts', { keyPath: 'name' });               // device, who uses the phone, lease, answers of the server
    db.createObjectStore('references', { keyPath: 'owner' });         // what each person may choose from
    db.createObjectStore('patrols', { keyPath: 'id' }).createIndex('owner', 'owner');
    db.createObjectStore('items', { keyPath: 'key' }).createIndex('owner', 'owner');       // the outbox: what waits
    db.createObjectStore('sent', { keyPath: 'key' }).createIndex('owner', 'owner');        // copies of what was received
    db.createObjectStore('contents', { keyPath: 'sha256' }).createIndex('patrol', 'patrol');   // bytes of photos and tracks
    db.createObjectStore('fixes', { autoIncrement: true }).createIndex('patrol', 'patrol');
  },
];

export const NIGHTS = 'tuan-tra';
export const PRACTICE = 'tuan-tra-tap';

/** The answer of one request as a promise. */
export const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function opened(name, factory) {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, STEPS.length);
    request.onupgradeneeded = (event) => {
      for (const step of STEPS.slice(event.oldVersion)) step(request.result, request.transaction);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new DOMException('another tab holds an older store', 'InvalidStateError'));
  });
}

/** A store that opens itself, and once more when the browser has dropped the connection. */
export function openStore(name, factory = indexedDB) {
  let connection = null;                   // one promise, however many ask before it is there

  const forget = () => { connection = null; };

  async function connect() {
    if (connection) return connection;
    const mine = opened(name, factory);
    connection = mine;
    try {
      const database = await mine;
      database.onversionchange = () => { database.close(); forget(); };
      database.onclose = forget;
      return database;
    } catch (error) {
      forget();
      throw error;
    }
  }

  function transact(db, names, mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(names, mode, { durability: 'strict' });
      let result;
      let failure;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(failure || transaction.error || new DOMException('aborted', 'AbortError'));
      const stores = Object.fromEntries(names.map((one) => [one, transaction.objectStore(one)]));
      work(stores).then((value) => { result = value; }, (error) => {
        failure = error;
        try { transaction.abort(); } catch { reject(failure); }         // it ended by itself already
      });
    });
  }

  /** Run `work(stores)` in one transaction; the promise holds once everything written is on disk. */
  async function run(names, mode, work) {
    try {
      return await transact(await connect(), names, mode, work);
    } catch (error) {
      if (error.name !== 'InvalidStateError' || connection === null) throw error;
      forget();
      return transact(await connect(), names, mode, work);
    }
  }

  return {
    name,
    read: (names, work) => run(names, 'readonly', work),
    write: (names, work) => run(names, 'readwrite', work),
    get: (store, key) => run([store], 'readonly', (stores) => asked(stores[store].get(key))),
    put: (store, value) => run([store], 'readwrite', (stores) => asked(stores[store].put(value))),
    remove: (store, key) => run([store], 'readwrite', (stores) => asked(stores[store].delete(key))),
    all: (store) => run([store], 'readonly', (stores) => asked(stores[store].getAll())),
    of: (store, index, key) => run([store], 'readonly', (stores) => asked(stores[store].index(index).getAll(key))),
    async close() {
      const open = connection;
      forget();
      (await open?.catch(() => null))?.close();
    },
    /** Take the whole store off the phone: only ever the practice nights. */
    async drop() {
      await this.close();
      await asked(factory.deleteDatabase(name));
    },
  };
}
