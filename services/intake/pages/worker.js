// Keeps the filing form and what it needs for when there is no connection. Pages about a report are never kept.
"use strict";

const KEPT = "lapor-" + VERSION;
const QUESTIONS = "/lapor/pertanyaan";
const PAGES = ["/lapor", QUESTIONS, "/luring"];
const KEPT_FRESH = new Set(["/lapor", QUESTIONS]);

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
  } else if (request.mode === "navigate" || url.pathname === QUESTIONS) {
    event.respondWith(fresh(request, url));
  }
});

async function kept(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function fresh(request, url) {
  try {
    const answer = await fetch(request);
    if (KEPT_FRESH.has(url.pathname) && answer.ok) {
      const cache = await caches.open(KEPT);
      await cache.put(url.pathname, answer.clone());
    }
    return answer;
  } catch (error) {
    const page = await caches.match(KEPT_FRESH.has(url.pathname) ? url.pathname : "/luring");
    if (page) return page;
    throw error;
  }
}

// What is shown tells nobody whose report there is news of, and leads where number and code are asked for.
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* the words below say the same */ }
  event.waitUntil(self.registration.showNotification(told.title ?? "LAPOR!", {
    body: told.body ?? "Ada kabar baru.", tag: "lapor", renotify: true,
    icon: FILES.find((file) => file.includes("logo")), data: { url: told.url },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(track(event.notification.data?.url));
});

async function track(told) {
  const url = new URL(told ?? "/lacak", location.origin);
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((one) => new URL(one.url).pathname.startsWith("/lacak"));
  if (open) return open.focus();
  return self.clients.openWindow(url.origin === location.origin ? url.pathname : "/lacak");
}
