'use strict';
// The trace browser of a report. Everything else on the page works without it, and so do the traces printed in the page.
(() => {
  const PAGE = 200;
  const data = JSON.parse(document.getElementById('trace-data').textContent);
  const form = document.getElementById('filters');
  const list = document.getElementById('trace-list');
  if (!form || !list || !('DecompressionStream' in window)) return;
  const panel = document.getElementById('trace-panel');
  const count = document.getElementById('trace-count');
  const nothing = document.getElementById('no-traces');
  const more = document.getElementById('more-traces');
  const labels = new Map([...document.querySelectorAll('#arms [data-arm]')].map((head) => [Number(head.dataset.arm), head.querySelector('.arm')]));

  const entries = data.entries.map(([item, arm, repeat, outcome, reference, tokens, stop, tags]) => {
    const [dataset, name, level, question] = data.items[item];
    return { id: `t-${item}-${arm}-${repeat}`, item, arm, outcome, reference, tokens, stop, tags: tags.split(' '), dataset, name, level, question };
  });
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  let fitting = entries;
  let shown = PAGE;

  const TESTS = {
    arm: (entry, value) => entry.arm === Number(value),
    verdict: (entry, value) => entry.tags.includes(value),
    dataset: (entry, value) => entry.dataset === Number(value),
    level: (entry, value) => entry.level === Number(value),
    stop: (entry, value) => entry.stop === value,
    text: (entry, value) => `${entry.name} ${entry.question}`.toLowerCase().includes(value.toLowerCase()),
  };

  function wanted() {
    return [...new FormData(form)].filter(([, value]) => value.trim() !== '').map(([name, value]) => [name, value.trim()]);
  }

  function applyFilters() {
    const conditions = wanted();
    fitting = entries.filter((entry) => conditions.every(([name, value]) => TESTS[name](entry, value)));
    shown = PAGE;
    drawList();
  }

  function drawList() {
    list.replaceChildren(...fitting.slice(0, shown).map(row));
    count.textContent = `${fitting.length.toLocaleString('en')} of ${entries.length.toLocaleString('en')}`;
    nothing.hidden = fitting.length > 0;
    more.hidden = fitting.length <= shown;
    markCurrent();
  }

  function text(className, content) {
    const made = document.createElement('span');
    made.className = className;
    made.textContent = content;
    return made;
  }

  function row(entry) {
    const link = document.createElement('a');
    link.href = `#${entry.id}`;
    const outcome = data.outcomes[entry.outcome];
    const badge = text(`v ${outcome.className}`, ` ${outcome.word}`);
    const glyph = text('', outcome.glyph);
    glyph.setAttribute('aria-hidden', 'true');
    badge.prepend(glyph);
    const number = (tokens) => tokens.toLocaleString('en');
    const tokens = entry.reference < 0 ? number(entry.tokens) : `${number(entry.reference)} → ${number(entry.tokens)}`;
    const label = labels.get(entry.arm)?.cloneNode(true) ?? text('arm', `arm ${entry.arm}`);
    link.append(label, badge, text('dim it', entry.level > 0 ? `${entry.name}, level ${entry.level}` : entry.name), text('r', tokens), text('q', entry.question));
    const made = document.createElement('li');
    made.append(link);
    return made;
  }

  // One item's traces are one gzipped chunk of HTML from the report's own escaping template; parsing it runs nothing.
  async function unpack(chunk) {
    const bytes = Uint8Array.from(atob(chunk), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return JSON.parse(await new Response(stream).text());
  }

  async function ensure(entry) {
    if (document.getElementById(entry.id)) return;
    const traces = await unpack(data.chunks[entry.item]);
    if (document.getElementById(entry.id)) return;
    const parsed = new DOMParser().parseFromString(traces[entry.id], 'text/html');
    panel.append(...[...parsed.body.children].map((child) => document.importNode(child, true)));
  }

  let wantedId = '';
  let writtenId = '';
  async function show(id, keepPlace = true) {
    const entry = byId.get(id);
    if (!entry) return;
    wantedId = id;
    await ensure(entry);
    if (wantedId !== id) return;
    const top = scrollY;
    // Setting the fragment anew makes :target match an article that was only now added.
    if (location.hash === `#${id}`) history.replaceState(null, '', '#traces');
    writtenId = id;
    location.hash = id;
    if (keepPlace) scrollTo(0, top);
    markCurrent();
  }

  function links() {
    return [...list.querySelectorAll('a')];
  }

  function markCurrent() {
    const all = links();
    const current = all.find((link) => link.hash === location.hash) ?? (panel.querySelector(':target') ? null : all[0]);
    for (const link of all) link.toggleAttribute('aria-current', false);
    current?.setAttribute('aria-current', 'true');
  }

  function move(by) {
    const all = links();
    const at = all.findIndex((link) => link.hasAttribute('aria-current'));
    if (at + by >= all.length && !more.hidden) showMore();
    const next = links()[Math.max(0, at + by)];
    if (!next || at + by < 0) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
    void show(next.hash.slice(1));
  }

  function showMore() {
    shown += PAGE;
    drawList();
  }

  // A figure of the tables leads to its traces: its filter replaces the one that is set.
  function followFigure(link) {
    form.reset();
    for (const [name, value] of new URLSearchParams(link.dataset.filter)) {
      const control = form.elements.namedItem(name);
      if (control) control.value = value;
    }
    applyFilters();
    if (fitting[0]) void show(fitting[0].id).then(() => document.getElementById('traces').scrollIntoView());
    else document.getElementById('traces').scrollIntoView();
  }

  list.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!link) return;
    event.preventDefault();
    void show(link.hash.slice(1));
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-filter]');
    if (!link) return;
    event.preventDefault();
    followFigure(link);
  });
  more.querySelector('button').addEventListener('click', showMore);
  form.addEventListener('input', applyFilters);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(applyFilters));
  addEventListener('hashchange', () => {
    const id = location.hash.slice(1);
    // The event of our own change comes late: by then the next trace may be wanted.
    if (byId.has(id) && id !== writtenId) void show(id);
    else markCurrent();
  });
  addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input, select, textarea');
    if (typing || event.metaKey || event.ctrlKey || event.altKey || (event.key !== 'j' && event.key !== 'k')) return;
    event.preventDefault();
    move(event.key === 'j' ? 1 : -1);
  });

  form.hidden = false;
  drawList();
  if (byId.has(location.hash.slice(1))) void show(location.hash.slice(1), false);
})();
