'use strict';

// The page is whole without this. With it, what changes is changed in place: it is fetched anew when the daemon says
// that something is other than before, and now and then by itself.
const main = document.getElementById('main');
const live = document.getElementById('live');
const news = document.getElementById('news');
const search = document.getElementById('search');
const pause = 700;
const slowly = 15000;
const stale = 3;

// The daemon's clock, which need not be that of the reader.
let ahead = Date.parse(main.dataset.now) - Date.now();
let fetching = null;
let timer = 0;
let last = 0;
let failures = 0;
let events = null;

// As Moment.cs says it.
function ago(seconds) {
  if (seconds < 1) return 'now';
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

function tick() {
  for (const time of document.querySelectorAll('time')) {
    const text = ago(Math.floor((Date.now() + ahead - Date.parse(time.dateTime)) / 1000));
    if (time.textContent !== text) time.textContent = text;
  }
}

// Makes one element like another, and leaves alone all in it that is so already. What stays is not even moved as long as
// the order is the same: what has the focus keeps it.
function become(old, now) {
  for (const { name } of [...old.attributes]) if (!now.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...now.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const named = new Map([...old.children].filter(child => child.id).map(child => [child.id, child]));
  const wanted = new Set([...now.children].map(child => child.id).filter(id => id));
  let place = old.firstChild;
  const drop = () => {
    const next = place.nextSibling;
    place.remove();
    place = next;
  };
  for (const child of [...now.childNodes]) {
    const same = child.id ? named.get(child.id) : place && !place.id && place.nodeName === child.nodeName ? place : null;
    if (!same) {
      old.insertBefore(document.importNode(child, true), place);
      continue;
    }
    while (place && place !== same && !wanted.has(place.id)) drop();
    if (same === place) place = place.nextSibling;
    else old.insertBefore(same, place);
    if (same.nodeType !== Node.ELEMENT_NODE) same.data = child.data;
    else if (!same.isEqualNode(child)) become(same, child);
  }
  while (place) drop();
}

// What is told to those who do not see the page.
const words = () => new Set([...document.querySelectorAll('[data-say]')].map(element => element.dataset.say));

async function refresh() {
  clearTimeout(timer);
  timer = 0;
  last = Date.now();
  fetching?.abort();
  fetching = new AbortController();
  try {
    const answer = await fetch(location.href, { signal: fetching.signal, cache: 'no-store' });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const before = words();
    document.title = page.title;
    main.dataset.now = page.getElementById('main').dataset.now;
    ahead = Date.parse(main.dataset.now) - Date.now();
    for (const section of page.querySelectorAll('[data-live]')) {
      const old = document.getElementById(section.id);
      if (old) become(old, section);
    }
    tick();
    news.textContent = [...words()].filter(text => !before.has(text)).slice(0, 3).join('. ') || news.textContent;
    failures = 0;
    live.textContent = 'live';
    live.className = 'pill good';
  } catch (fault) {
    if (fault.name === 'AbortError') return;
    if (++failures < stale) return;
    live.textContent = `no answer; as of ${main.dataset.now.slice(11, 19)} UTC`;
    live.className = 'pill bad';
  }
}

// At once, but not more often than every so often.
function soon() {
  if (!timer && !document.hidden) timer = setTimeout(refresh, Math.max(0, last + pause - Date.now()));
}

function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  events = new EventSource('api/events');
  events.addEventListener('change', soon);
  events.addEventListener('open', soon);
}

// What is typed is in the address, so that it can be sent to somebody; an entry of the history it is not.
let typing = 0;
function find() {
  clearTimeout(typing);
  const asked = new URLSearchParams([...new FormData(search)].filter(([, value]) => value.trim()));
  const query = asked.toString();
  history.replaceState(null, '', `${location.pathname}${query && `?${query}`}`);
  refresh();
}

search?.addEventListener('submit', event => {
  event.preventDefault();
  find();
});
search?.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(find, 200);
});
setInterval(tick, 1000);
if (document.querySelector('[data-live]')) {
  document.addEventListener('visibilitychange', () => {
    listen();
    soon();
  });
  setInterval(soon, slowly);
  listen();
}
