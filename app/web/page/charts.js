// Line charts of the last hour, drawn as SVG.
const HOUR_MS = 3600000, LEAST_MS = 300000, GAP_MS = 20000;
const PAD = { left: 44, right: 12, top: 24, bottom: 22 };

// A round step that needs at most five to reach x: 1, 2 or 5 times a power of ten.
function stepTo(x) {
  const power = 10 ** Math.floor(Math.log10(x / 5));
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step * 5 >= x * 0.9999);
}

const clockText = (ms) => new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

class chart {
  // lines: [{ of: sample => number or null, name, class }], limit: sample => number.
  constructor(id, name, lines, unit, limit) {
    Object.assign(this, { box: $(id), name, lines, unit, limit, samples: [], at: -1 });
    this.box.tabIndex = 0;
    this.box.setAttribute('role', 'img');
    this.box.addEventListener('pointermove', (e) => this.point(e.clientX - this.box.getBoundingClientRect().left));
    this.box.addEventListener('pointerleave', () => this.pick(-1));
    this.box.addEventListener('blur', () => this.pick(-1));
    this.box.addEventListener('keydown', (e) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
      if (!step || this.samples.length === 0) return;
      e.preventDefault();
      this.pick(Math.min(Math.max((this.at < 0 ? this.samples.length : this.at) + step, 0), this.samples.length - 1));
    });
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  set(samples) {
    this.samples = samples;
    this.draw();
  }

  scale() {
    const last = this.samples.at(-1).at_ms;
    const from = Math.max(last - HOUR_MS, Math.min(this.samples[0].at_ms, last - LEAST_MS));
    const most = Math.max(...this.samples.flatMap((s) =>
      [...this.lines.map((l) => l.of(s)), this.limit ? this.limit(s) * 1.15 : 0]), 0.1);
    const step = stepTo(most), top = step * Math.ceil(most / step - 1e-4), width = this.box.clientWidth, height = this.box.clientHeight;
    return {
      width, height, step, top, from, last,
      x: (ms) => PAD.left + ((ms - from) / (last - from)) * (width - PAD.left - PAD.right),
      y: (v) => height - PAD.bottom - (v / top) * (height - PAD.top - PAD.bottom),
    };
  }

  // A path that leaves out what is not known, and breaks where nothing was heard for a while.
  path(s, of) {
    let before = -Infinity;
    return this.samples.filter((p) => of(p) !== null).map((p) => {
      const letter = p.at_ms - before > GAP_MS ? 'M' : 'L';
      before = p.at_ms;
      return `${letter}${s.x(p.at_ms).toFixed(1)} ${s.y(of(p)).toFixed(1)}`;
    }).join('');
  }

  draw() {
    if (this.samples.length < 2 || this.box.clientWidth === 0) {
      this.box.replaceChildren(html('p', { class: 'dim' }, 'The first points come in a few seconds.'));
      return;
    }
    const s = this.scale(), root = svg('svg', { 'aria-hidden': 'true' });
    for (let value = 0; value <= s.top * 1.0001; value += s.step) {
      const y = s.y(value);
      root.append(svg('line', { class: 'grid', x1: PAD.left, x2: s.width - PAD.right, y1: y, y2: y }),
        svg('text', { x: PAD.left - 6, y: y + 4, 'text-anchor': 'end' }, Number(value.toPrecision(3)).toLocaleString('en-GB')));
    }
    for (const [part, anchor] of [[0, 'start'], [0.5, 'middle'], [1, 'end']]) {
      const ms = s.from + (s.last - s.from) * part;
      root.append(svg('text', { x: s.x(ms), y: s.height - 5, 'text-anchor': anchor }, clockText(ms)));
    }
    if (this.limit) {
      const path = this.path(s, this.limit);
      root.append(svg('path', { class: 'limit', d: path }),
        svg('text', { x: s.width - PAD.right, y: s.y(this.limit(this.samples.at(-1))) - 5, 'text-anchor': 'end' }, 'limit'));
    }
    for (const line of this.lines) root.append(svg('path', { class: 'line ' + line.class, d: this.path(s, line.of) }));
    if (this.lines.length > 1) this.key(root);
    const now = this.samples.at(-1);
    this.box.setAttribute('aria-label', `${this.name}, now ${this.tell(now)}. Left and right arrow keys read single points.`);
    this.box.replaceChildren(root);
    this.pick(this.at);
  }

  key(root) {
    let x = PAD.left;
    for (const line of this.lines) {
      root.append(svg('path', { class: 'line ' + line.class, d: `M${x} 6h22` }), svg('text', { x: x + 26, y: 10 }, line.name));
      x += 92;
    }
  }

  tell(sample) {
    return this.lines.map((l) => (l.of(sample) === null ? `${l.name} unknown`
      : `${l.name} ${Number(l.of(sample).toFixed(2)).toLocaleString('en-GB')}${this.unit}`)).join(', ');
  }

  point(x) {
    if (this.samples.length < 2) return;
    const s = this.scale();
    let best = 0;
    this.samples.forEach((p, i) => {
      if (Math.abs(s.x(p.at_ms) - x) < Math.abs(s.x(this.samples[best].at_ms) - x)) best = i;
    });
    this.pick(best);
  }

  // Shows one point's values; -1 for none.
  pick(i) {
    this.at = i;
    this.box.querySelector('output')?.remove();
    this.box.querySelector('.cross')?.remove();
    const sample = this.samples[i], root = this.box.querySelector('svg');
    if (!sample || !root) return;
    const x = this.scale().x(sample.at_ms);
    root.append(svg('line', { class: 'cross', x1: x, x2: x, y1: PAD.top, y2: this.box.clientHeight - PAD.bottom }));
    this.box.append(html('output', {}, `${clockText(sample.at_ms)}  ${this.tell(sample)}`));
  }
}
