// Without a network the page says so. Nothing else is kept: no page of a person, no answer, no message on a lock screen.
const name = 'socle-phone-1'
const offline = '/telephone/hors-ligne'

addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(name)
  await cache.add(new Request(offline, { credentials: 'omit' }))
  await skipWaiting()
})()))

addEventListener('activate', event => event.waitUntil((async () => {
  for (const other of await caches.keys()) if (other !== name && other.startsWith('socle-phone-')) await caches.delete(other)
  await clients.claim()
})()))

addEventListener('fetch', event => {
  if (event.request.mode !== 'navigate') return
  event.respondWith(fetch(event.request).catch(async () => await caches.match(offline) ?? Response.error()))
})
