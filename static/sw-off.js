/* The way out: a worker that takes itself and its files away, and leaves what was written on the phone alone. */

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('so-tuan-tra-')) await caches.delete(name);
  await self.registration.unregister();
})()));
