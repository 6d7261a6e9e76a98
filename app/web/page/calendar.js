// The coverage calendar: a cell a day, reachable by pointer and by keyboard.
const DAY_MS = 86400000;
const FIRST_YEAR = 2015;
const PITCH = 10, CELL = 8, LEFT = 26, TOP = 12;
const STATES = {
  done: 'done', empty: 'no racing', provisional: 'provisional, asked again once the day is over',
  pending: 'pending', running: 'being fetched', not_offered: 'not offered by the provider',
  failed: 'failed, parked', outside: 'not in the range of this run',
};
// Each state has a shape of its own, so that colour is not the only sign.
const SHAPES = {
  done: 'M0 0h8v8h-8z',
  empty: 'M2.5 2.5h3v3h-3z',
  provisional: 'M0 0h8l-8 8z',
  running: 'M4 0l4 4l-4 4l-4-4z',
  pending: 'M.5 .5h7v7h-7z',
  not_offered: 'M1 3h6v2h-6z',
  failed: 'M0 1.5l1.5-1.5l2.5 2.5l2.5-2.5l1.5 1.5l-2.5 2.5l2.5 2.5l-1.5 1.5l-2.5-2.5l-2.5 2.5l-1.5-1.5l2.5-2.5z',
  outside: 'M3 3h2v2h-2z',
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const $ = (id) => document.getElementById(id);
const number = (x) => (x ?? 0).toLocaleString('en-GB');

function svg(name, attributes, text) {
  const x = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) x.setAttribute(key, value);
  if (text !== undefined) x.textContent = text;
  return x;
}

function html(name, attributes, text) {
  const x = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) x.setAttribute(key, value);
  if (text !== undefined) x.textContent = text;
  return x;
}

const dayNumber = (text) => Math.round(Date.parse(text + 'T00:00:00Z') / DAY_MS);
const dayText = (n) => new Date(n * DAY_MS).toISOString().slice(0, 10);
const weekday = (n) => (n + 3) % 7; // 0 for Monday; 1970-01-01 was a Thursday.

const calendar = {
  days: new Map(), // Number of a day -> what the ledger knows of it.
  cells: new Map(), // Number of a day -> its element.
  first: 0, last: 0, start: 0, end: 0, current: 0,

  // Draws the years anew; needed once, and when the range has changed.
  build(start, end) {
    const today = Math.floor(Date.now() / DAY_MS);
    this.start = start;
    this.end = end;
    this.first = Math.min(start, dayNumber(FIRST_YEAR + '-01-01'));
    this.last = Math.max(end, today);
    this.current = Math.min(Math.max(this.current || end, this.first), this.last);
    this.cells.clear();
    const years = document.createDocumentFragment();
    const firstYear = new Date(this.first * DAY_MS).getUTCFullYear();
    for (let y = new Date(this.last * DAY_MS).getUTCFullYear(); y >= firstYear; --y) {
      years.append(this.buildYear(y));
    }
    $('years').replaceChildren(years);
    for (const n of this.cells.keys()) this.paint(n);
    this.cells.get(this.current).setAttribute('tabindex', '0');
    this.count();
  },

  buildYear(y) {
    const from = Math.max(dayNumber(y + '-01-01'), this.first);
    const to = Math.min(dayNumber(y + '-12-31'), this.last);
    const monday = dayNumber(y + '-01-01') - weekday(dayNumber(y + '-01-01'));
    const box = html('div', { class: 'year', 'data-year': y });
    const head = html('h3', {}, y);
    head.append(html('span', {}));
    const grid = svg('svg', { viewBox: `0 0 ${LEFT + 54 * PITCH} ${TOP + 7 * PITCH}`, role: 'grid', 'aria-label': `Days of ${y}`, 'data-monday': monday });
    MONTHS.forEach((name, m) => {
      const week = Math.floor((dayNumber(`${y}-${String(m + 1).padStart(2, '0')}-01`) - monday) / 7);
      grid.append(svg('text', { x: LEFT + week * PITCH, y: 8, 'aria-hidden': 'true' }, name));
    });
    ['Mon', 'Wed', 'Fri'].forEach((name, i) =>
      grid.append(svg('text', { class: 'weekday', x: 0, y: TOP + i * 2 * PITCH + 8, 'aria-hidden': 'true' }, name)));
    let row = null, week = -1;
    for (let n = from; n <= to; ++n) {
      const w = Math.floor((n - monday) / 7);
      if (w !== week) {
        row = svg('g', { role: 'row', transform: `translate(${LEFT + w * PITCH} ${TOP})` });
        grid.append(row);
        week = w;
      }
      const cell = svg('path', { role: 'gridcell', tabindex: '-1', 'data-n': n, transform: `translate(0 ${weekday(n) * PITCH})` });
      this.cells.set(n, cell);
      row.append(cell);
    }
    box.append(head, grid);
    return box;
  },

  stateOf(n) {
    return this.days.get(n)?.state ?? (n >= this.start && n <= this.end ? 'pending' : 'outside');
  },

  describe(n) {
    const day = this.days.get(n), state = this.stateOf(n);
    let text = `${WEEKDAYS[new Date(n * DAY_MS).getUTCDay()]} ${dayText(n)}: ${STATES[state] ?? state}`;
    if (day && (day.races > 0 || day.runners > 0)) text += `, ${number(day.races)} races, ${number(day.runners)} runners`;
    if (day && day.attempts > 1) text += `, ${day.attempts} attempts`;
    if (day?.error) text += `. ${day.error}`;
    return text;
  },

  paint(n) {
    const cell = this.cells.get(n), state = this.stateOf(n);
    if (!cell) return;
    if (cell.dataset.state !== state) {
      cell.dataset.state = state;
      cell.setAttribute('class', 'cell s-' + state);
      cell.setAttribute('d', SHAPES[state] ?? SHAPES.pending);
    }
    cell.setAttribute('aria-label', this.describe(n));
  },

  // Takes over /days.json, whole or only what has changed.
  take(data) {
    const start = dayNumber(data.start), end = dayNumber(data.end);
    if (Number.isNaN(start) || Number.isNaN(end)) return;
    const changed = data.days.map((day) => {
      const n = dayNumber(day.day);
      this.days.set(n, day);
      return n;
    });
    if (this.cells.size === 0 || start !== this.start || end !== this.end) return this.build(start, end);
    changed.forEach((n) => this.paint(n));
    this.count();
    if (changed.includes(this.shown)) this.show(this.shown);
  },

  // Legend, heads of the years and the table.
  count() {
    const years = new Map(), all = {};
    for (const n of this.cells.keys()) {
      const state = this.stateOf(n), y = new Date(n * DAY_MS).getUTCFullYear();
      if (!years.has(y)) years.set(y, { races: 0, runners: 0 });
      const sums = years.get(y);
      sums[state] = (sums[state] ?? 0) + 1;
      all[state] = (all[state] ?? 0) + 1;
      sums.races += this.days.get(n)?.races ?? 0;
      sums.runners += this.days.get(n)?.runners ?? 0;
    }
    const shown = Object.keys(SHAPES).filter((s) => all[s] > 0 || !['running', 'outside'].includes(s));
    $('legend').replaceChildren(...shown.map((state) => {
      const item = html('li', {}), mark = svg('svg', { viewBox: '-.5 -.5 9 9', 'aria-hidden': 'true' });
      mark.append(svg('path', { d: SHAPES[state], class: 's-' + state }));
      item.append(mark, `${STATES[state].split(',')[0]} ${number(all[state])}`);
      return item;
    }));
    for (const box of document.querySelectorAll('.year')) {
      const sums = years.get(Number(box.dataset.year));
      box.querySelector('span').textContent = ['done', 'empty', 'provisional', 'failed', 'not_offered', 'pending']
        .filter((s) => sums[s]).map((s) => `${number(sums[s])} ${STATES[s].split(',')[0]}`).join(', ');
    }
    const states = shown.filter((s) => s !== 'running');
    const heads = ['Year', ...states.map((s) => STATES[s].split(',')[0]), 'races', 'runners'];
    const row = html('tr', {});
    heads.forEach((text, i) => row.append(html('th', { scope: 'col', class: i ? 'num' : '' }, text)));
    $('by-year').tHead.replaceChildren(row);
    $('by-year').tBodies[0].replaceChildren(...[...years].sort((a, b) => b[0] - a[0]).map(([y, sums]) => {
      const line = html('tr', {});
      line.append(html('th', { scope: 'row' }, y));
      [...states, 'races', 'runners'].forEach((s) => line.append(html('td', { class: 'num' }, number(sums[s] ?? 0))));
      return line;
    }));
  },

  show(n) {
    this.shown = n;
    $('day').textContent = this.describe(n);
  },

  go(n) {
    n = Math.min(Math.max(n, this.first), this.last);
    this.cells.get(this.current).setAttribute('tabindex', '-1');
    this.current = n;
    const cell = this.cells.get(n);
    cell.setAttribute('tabindex', '0');
    cell.focus();
  },

  // The same day, so many years on; 29 February becomes the 28th.
  yearOn(n, years) {
    const x = new Date(n * DAY_MS), month = x.getUTCMonth();
    x.setUTCFullYear(x.getUTCFullYear() + years);
    if (x.getUTCMonth() !== month) x.setUTCDate(0);
    return Math.round(x.getTime() / DAY_MS);
  },

  key(event) {
    const n = Number(event.target.dataset?.n);
    if (!n || event.altKey || event.metaKey) return;
    const y = dayText(n).slice(0, 4);
    const to = {
      ArrowUp: n - 1, ArrowDown: n + 1, ArrowLeft: n - 7, ArrowRight: n + 7,
      PageUp: this.yearOn(n, -1), PageDown: this.yearOn(n, 1),
      Home: event.ctrlKey ? this.first : dayNumber(y + '-01-01'),
      End: event.ctrlKey ? this.last : dayNumber(y + '-12-31'),
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.go(to);
  },

  // The day under the pointer, gaps between the cells included.
  under(event) {
    const grid = event.target.closest('svg[data-monday]');
    if (!grid) return undefined;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(grid.getScreenCTM().inverse());
    const row = Math.floor((at.y - TOP + 1) / PITCH), week = Math.floor((at.x - LEFT + 1) / PITCH);
    const n = Number(grid.dataset.monday) + week * 7 + row, cell = this.cells.get(n);
    return row >= 0 && row < 7 && cell && grid.contains(cell) ? n : undefined;
  },

  // A frame around the day with the focus, and one around that under the
  // pointer: a line along the shapes themselves would fill the small ones.
  rings: {
    focus: svg('rect', { class: 'ring', x: -1.2, width: CELL + 2.4, height: CELL + 2.4, 'aria-hidden': 'true' }),
    over: svg('rect', { class: 'ring', x: -1.2, width: CELL + 2.4, height: CELL + 2.4, 'aria-hidden': 'true' }),
  },

  frame(which, n) {
    const ring = this.rings[which], cell = this.cells.get(n);
    if (!cell) return ring.remove();
    ring.setAttribute('y', weekday(n) * PITCH - 1.2);
    cell.parentNode.append(ring);
  },

  listen() {
    const years = $('years');
    years.addEventListener('pointermove', (event) => {
      const n = this.under(event);
      if (n === this.over) return;
      this.over = n;
      this.frame('over', n);
      if (n !== undefined) this.show(n);
    });
    years.addEventListener('pointerleave', () => {
      this.over = undefined;
      this.frame('over');
    });
    years.addEventListener('focusin', (event) => {
      const n = Number(event.target.dataset?.n);
      this.frame('focus', n);
      if (n) this.show(n);
    });
    years.addEventListener('focusout', () => this.frame('focus'));
    years.addEventListener('click', (event) => {
      const n = this.under(event);
      if (n !== undefined) this.go(n);
    });
    years.addEventListener('keydown', (event) => this.key(event));
  },
};
