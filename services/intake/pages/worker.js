// Keeps the filing form and what it needs for when there is no connection. Pages about a report are never kept.
"use strict";

const KEPT = "lapor-" + VERSION;
const PAGES = ["/lapor", "/luring"];

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    await cache.addAll([...FILES, ...PAGES]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(kept(request));
  } else if (request.mode === "navigate") {
    event.respondWith(fresh(request, url));
  }
});

async function kept(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function fresh(request, url) {
  try {
    const answer = await fetch(request);
    if (url.pathname === "/lapor" && answer.ok) {
      const cache = await caches.open(KEPT);
      await cache.put("/lapor", answer.clone());
    }
    return answer;
  } catch (error) {
    const page = await caches.match(url.pathname === "/lapor" ? "/lapor" : "/luring");
    if (page) return page;
    throw error;
  }
}
