// The live part: the event stream, and the words and numbers of the status.
const STALE_MS = 6000, DAYS_EVERY_MS = 4000;
const PHASES = {
  starting: 'starting', racecards: 'fetching racecards', horses: 'enriching horses',
  draining: 'draining', finished: 'finished', idle: 'idle',
};
const live = { heard: 0, days: { epoch: '', version: 0, busy: false, due: 0 }, samples: [], phase: '', ready: null, failed: 0, link: '' };
const charts = [
  new chart('c-rate', 'Requests a second over the last hour', [{ of: (s) => s.rate_per_second, name: 'sent', class: 'rate' }], '/s', (s) => s.limit_per_second),
  new chart('c-latency', 'Latency over the last hour', [
    { of: (s) => s.latency_ms_p50 || null, name: 'median', class: 'p50' },
    { of: (s) => s.latency_ms_p90 || null, name: '90 %', class: 'p90' },
    { of: (s) => s.latency_ms_p99 || null, name: '99 %', class: 'p99' }], ' ms'),
];

// Keeps the DOM still where nothing changed: readers and selections stay put.
function put(id, text) {
  const x = $(id);
  if (x.textContent !== text) x.textContent = text;
}

// One sentence for screen readers, at changes that matter only.
function announce(text) {
  put('news', text);
}

function duration(s) {
  if (s === null || s === undefined || s < 0) return 'unknown';
  if (s < 60) return `${Math.round(s)} s`;
  if (s < 3600) return `${Math.round(s / 60)} min`;
  const hours = Math.floor(s / 3600), minutes = Math.round((s % 3600) / 60);
  return hours < 48 ? `${hours} h ${String(minutes).padStart(2, '0')} min` : `${(s / 86400).toFixed(1)} days`;
}

const percent = (part, whole) => (whole > 0 ? (100 * part) / whole : 0);
const percentText = (x) => `${x >= 100 ? '100' : Math.min(x, 99.9).toFixed(1)} %`;

function bar(id, parts, whole, text) {
  const box = $(id);
  while (box.children.length < parts.length) box.append(html('i', {}));
  parts.forEach(([state, count], i) => {
    box.children[i].className = 'b-' + state;
    box.children[i].style.width = percent(count, whole) + '%';
  });
  box.setAttribute('aria-valuenow', Math.floor(percent(parts[0][1], whole)));
  box.setAttribute('aria-valuetext', text);
}

function rows(id, lines) {
  const key = JSON.stringify(lines), body = $(id).tBodies[0];
  if (body.dataset.key === key) return;
  body.dataset.key = key;
  body.replaceChildren(...lines.map((cells) => {
    const row = html('tr', {});
    cells.forEach((cell) => row.append(html('td', { class: cell.class ?? '' }, cell.text ?? cell)));
    return row;
  }));
}

const figure = (x, isBad) => ({ text: number(x), class: isBad ? 'num bad' : 'num' });

function showProgress(x) {
  const run = x.run, days = run.days, totals = run.totals;
  const settled = (days.done ?? 0) + (days.empty ?? 0) + (days.not_offered ?? 0);
  const dayPart = percent(settled, run.days_total);
  put('days-text', `${number(settled)} of ${number(run.days_total)}, ${percentText(dayPart)}`);
  bar('days-bar', ['done', 'empty', 'not_offered', 'provisional', 'failed'].map((s) => [s, days[s] ?? 0]), run.days_total,
    `${number(settled)} of ${number(run.days_total)} days settled`);
  const words = Object.entries({ done: 'done', empty: 'without racing', not_offered: 'not offered', provisional: 'provisional',
    failed: 'failed', pending: 'pending' }).filter(([state]) => days[state] > 0).map(([state, word]) => `${number(days[state])} ${word}`);
  put('days-note', words.join(', ') + (run.last_day ? `; last receipt ${run.last_day}` : ''));
  const horses = totals.horses_pending + totals.horses_done + totals.horses_not_found + totals.horses_failed;
  const known = totals.horses_done + totals.horses_not_found;
  put('horses-text', `${number(known)} of ${number(horses)}, ${percentText(percent(known, horses))}`);
  bar('horses-bar', [['done', totals.horses_done], ['not_offered', totals.horses_not_found], ['failed', totals.horses_failed]], horses,
    `${number(known)} of ${number(horses)} known horses enriched`);
  put('horses-note', run.fast ? 'left out in this session (--fast)'
    : `${number(totals.horses_not_found)} not found, ${number(totals.horses_failed)} failed, ${number(run.horses_left)} left; new ones come with the days`);
  document.title = `${percentText(dayPart)} racefill`;
}

function showTiles(x) {
  const gate = x.gate, run = x.run;
  put('t-eta', run.finished ? 'none' : duration(x.eta_seconds.mid));
  const [low, high] = [duration(x.eta_seconds.low), duration(x.eta_seconds.high)];
  put('n-eta', run.finished || x.eta_seconds.mid === null ? '' : low === high ? 'as far as it is known' : `between ${low} and ${high}`);
  put('t-rate', `${gate.rate_per_second.toFixed(2)} of ${Number(gate.limit_per_second.toFixed(2))}`);
  put('n-rate', gate.paused ? 'paused by a person' : gate.breaker !== 'closed' ? `circuit breaker ${gate.breaker}`
    : gate.paused_for_ms > 0 ? `waits ${duration(gate.paused_for_ms / 1000)}` : `${number(gate.requests)} sent, mode ${gate.mode}`);
  put('t-latency', `${number(gate.latency_ms.p50)} ms`);
  put('n-latency', `90 %: ${number(gate.latency_ms.p90)}, 99 %: ${number(gate.latency_ms.p99)} ms`);
  put('t-rows', number(x.rows_per_minute));
  put('n-rows', `${number(run.session.races)} races, ${number(run.session.runners)} runners`);
  put('t-parked', number(run.session.errors));
  put('n-parked', `${number(run.session.quarantined)} values in quarantine`);
  put('t-retries', number(gate.retries));
  put('n-retries', `${number(gate.rate_limited)} answers of 429`);
}

// Actors of a kind share a line: `enricher/1` and `enricher/2`.
function kinds(children) {
  const all = new Map();
  for (const c of children) {
    const name = c.name.replace(/[-/]?\d+$/, '');
    const k = all.get(name) ?? { name, count: 0, alive: 0, restarts: 0, errors: [] };
    k.count += 1;
    k.alive += c.alive ? 1 : 0;
    k.restarts += c.restarts;
    if (c.last_error) k.errors.push(k.count > 1 || c.name !== name ? `${c.name}: ${c.last_error}` : c.last_error);
    all.set(name, k);
  }
  return [...all.values()];
}

function showTables(x) {
  const errors = [...x.run.last_errors].reverse();
  $('errors').hidden = errors.length === 0;
  $('no-errors').hidden = errors.length > 0;
  rows('errors', errors.map((e) => [e.timestamp.replace('T', ' ').replace('Z', ''), e.key, e.error]));
  const restarts = x.actors.reduce((sum, c) => sum + c.restarts, 0), dead = x.actors.filter((c) => !c.alive).length;
  put('actors-note', `${x.actors.length} actors, ${dead ? dead + ' not alive' : 'all alive'}, ${number(restarts)} restarts`);
  rows('actors', kinds(x.actors).map((k) => [k.name, { text: k.count === 1 && k.alive ? 'yes' : `${k.alive} of ${k.count}`,
    class: k.alive < k.count ? 'bad' : '' }, figure(k.restarts, k.restarts > 0), k.errors.join('; ')]));
  rows('stages', x.stages.map((s) => [s.name, figure(s.backlog), figure(s.credit)]));
  rows('outcomes', Object.entries(x.gate.statuses).map(([name, count]) => [name, figure(count, name !== '200' && count > 0 && name !== '404')]));
}

function showStatus(x) {
  live.heard = Date.now();
  // Between two rounds of a service a note says what it waits for.
  const phase = (PHASES[x.phase] ?? x.phase) + (x.note ? `: ${x.note}` : ''), failed = x.run.days.failed ?? 0;
  put('phase', x.gate.paused ? `${phase}, paused` : phase);
  put('range', x.run.start ? `${x.run.start} to ${x.run.end}` : '');
  put('about', `racefill ${x.version}, ${x.command} on ${x.host}, process ${x.pid}, up ${duration(x.uptime_ms / 1000)}; as of ${x.taken_at}`);
  if (live.phase && phase !== live.phase) announce(`Now ${phase}.`);
  if (failed > live.failed && live.phase) announce(`${failed} days have failed.`);
  live.phase = phase;
  live.failed = failed;
  showProgress(x);
  showTiles(x);
  showTables(x);
}

function showHealth(x) {
  const key = x.reasons.map((r) => r.replace(/\d+/g, '')).join();
  $('reasons').hidden = x.ready;
  if (live.ready !== null && key !== live.ready && !x.ready) announce(`Not ready: ${x.reasons.join('; ')}.`);
  if (live.ready && x.ready) announce('Ready again.');
  live.ready = key;
  const text = x.reasons.join('\n');
  if ($('reasons').dataset.text === text) return;
  $('reasons').dataset.text = text;
  $('reasons').replaceChildren(...x.reasons.map((r) => html('li', {}, `Not ready: ${r}.`)));
}

async function load(path) {
  const answer = await fetch(path, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// Fetches what has changed in the calendar, at most every few seconds.
async function loadDays() {
  const days = live.days;
  if (days.busy) return;
  days.busy = true;
  try {
    let data = await load(`/days.json?since=${days.version}`);
    if (days.epoch && data.epoch !== days.epoch) {
      calendar.days.clear(); // Another process: its versions begin anew.
      data = await load('/days.json');
      calendar.build(dayNumber(data.start), dayNumber(data.end));
    }
    calendar.take(data);
    days.epoch = data.epoch;
    days.version = data.version;
  } catch (error) {
    days.due = Date.now() + DAYS_EVERY_MS; // The stream tells of lost links.
  }
  days.busy = false;
}

async function loadHistory() {
  try {
    live.samples = (await load('/history.json')).samples;
    charts.forEach((c) => c.set(live.samples));
  } catch (error) {
    live.samples = []; // Points come with the stream.
  }
}

function addSample(x) {
  if (live.samples.length > 0 && x.at_ms <= live.samples.at(-1).at_ms) return;
  live.samples = [...live.samples, x].filter((s) => x.at_ms - s.at_ms <= HOUR_MS);
  charts.forEach((c) => c.set(live.samples));
}

function connect() {
  const stream = new EventSource('/events');
  const on = (name, take) => stream.addEventListener(name, (event) => take(JSON.parse(event.data)));
  on('status', showStatus);
  on('health', showHealth);
  on('sample', addSample);
  on('days', () => { live.days.due = live.days.due || Date.now(); });
  stream.onopen = () => {
    loadHistory();
    live.days.due = Date.now();
  };
  stream.onerror = () => {
    // The browser tries again by itself, unless the answer was a refusal.
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
  };
}

function tick() {
  const now = Date.now(), age = now - live.heard;
  const state = live.heard === 0 ? 'waiting' : age > STALE_MS ? 'stale' : 'live';
  put('link-text', { waiting: 'connecting', live: 'live', stale: `no news for ${duration(age / 1000)}, trying again` }[state]);
  if (state !== live.link) {
    $('link').dataset.state = state;
    document.body.toggleAttribute('data-stale', state === 'stale');
    if (state === 'stale') announce('The connection is lost; what is shown is old.');
    if (state === 'live' && live.link === 'stale') announce('Live again.');
    live.link = state;
  }
  if (live.days.due && now >= live.days.due && !live.days.busy) {
    live.days.due = 0;
    loadDays().then(() => { if (live.days.due) live.days.due = Date.now() + DAYS_EVERY_MS; });
  }
}

function themes() {
  const all = ['auto', 'light', 'dark'];
  const store = { get: () => { try { return localStorage.getItem('theme'); } catch { return null; } },
    set: (x) => { try { localStorage.setItem('theme', x); } catch { /* Only not kept. */ } } };
  const use = (x) => {
    if (x === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = x;
    put('theme', `Theme: ${x}`);
  };
  let now = all.includes(store.get()) ? store.get() : 'auto';
  use(now);
  $('theme').addEventListener('click', () => {
    now = all[(all.indexOf(now) + 1) % all.length];
    store.set(now);
    use(now);
  });
}

themes();
calendar.listen();
charts.forEach((c) => c.draw());
connect();
setInterval(tick, 500);
