// A curve over its number line: the points that it was fitted to, and the fit, computed wherever one looks.
class Curve {
    constructor() {
        this.canvas = $("view");
        this.context = this.canvas.getContext("2d", { alpha: false });
        this.painter = new Painter(true);
        this.isShown = true;
        this.whole();
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.refresh());
    }

    whole() {
        const range = (numbers, share) => {
            const [low, high] = numbers.reduce(([low, high], number) => [Math.min(low, number), Math.max(high, number)], [Infinity, -Infinity]);
            const margin = (high - low) * share || 0.5;
            return [low - margin, high + margin];
        };
        this.x = range(network.x, 1 / 6);
        this.y = range(network.y, 1 / 4);
        this.refresh();
    }

    showMoment(index) {
        this.painter.setMoment(index);
        this.refresh();
    }

    resize(width, height) {
        [this.canvas.width, this.canvas.height] = [width, height];
        this.refresh();
    }

    pan(across, down) {
        const move = ([low, high], share) => [low + share * (high - low), high + share * (high - low)];
        this.x = move(this.x, -across / this.canvas.width);
        this.y = move(this.y, down / this.canvas.height);
        this.refresh();
    }

    zoom(factor, x, y) {
        const towards = ([low, high], share) => {
            const middle = low + share * (high - low);
            const range = [middle + (low - middle) / factor, middle + (high - middle) / factor];
            return range[1] - range[0] > 1e-9 * Math.abs(middle) && range[1] - range[0] < 1e15 ? range : [low, high];
        };
        this.x = towards(this.x, x / this.canvas.width);
        this.y = towards(this.y, 1 - y / this.canvas.height);
        this.refresh();
    }

    // Computes the fit where one looks, then draws; what changes meanwhile is drawn after that.
    async refresh() {
        this.changed = true;
        if (this.busy) return;
        this.busy = true;
        while (this.changed) {
            this.changed = false;
            const [low, high] = this.x;
            const count = Math.ceil(this.canvas.width / (window.devicePixelRatio || 1)) + 1;
            const places = Array.from({ length: count }, (_, index) => low + index / (count - 1) * (high - low));
            const fit = await this.fitted(places);
            await new Promise(requestAnimationFrame);
            this.draw(places, fit);
        }
        this.busy = false;
    }

    // The network's y at some x, both in the data's own units.
    async fitted(positions) {
        const [[offset], [scale]] = network.target;
        const found = new Float64Array(positions.length);
        for (let first = 0; first < positions.length; first += BLOCK) {
            const part = positions.slice(first, first + BLOCK).map((x) => this.painter.scaled(0, x));
            const bytes = await this.painter.compute(part, [0]);
            new Float32Array(bytes.buffer, 0, part.length).forEach((y, index) => found[first + index] = y * scale + offset);
        }
        return found;
    }

    draw(places, fit) {
        const { context, canvas } = this;
        const { width, height } = canvas;
        const ratio = window.devicePixelRatio || 1;
        const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
        const across = (x) => (x - this.x[0]) / (this.x[1] - this.x[0]) * width;
        const up = (y) => height - (y - this.y[0]) / (this.y[1] - this.y[0]) * height;
        context.fillStyle = colour("surface");
        context.fillRect(0, 0, width, height);
        context.font = `${13 * ratio}px system-ui, sans-serif`;
        const bottom = this.drawLines(across, up, ratio, colour);
        context.save();
        context.beginPath();
        context.rect(0, 0, width, bottom);
        context.clip();
        context.fillStyle = colour("points");
        context.globalAlpha = 0.6;
        const { x, y } = network;
        const size = (x.length > 300 ? 2 : 3.5) * ratio;
        x.forEach((value, index) => {
            const [left, top] = [across(value), up(y[index])];
            if (left < -9 || left > width + 9 || top < -9 || top > height + 9) return;
            context.beginPath();
            context.arc(left, top, size, 0, 7);
            context.fill();
        });
        context.globalAlpha = 1;
        context.strokeStyle = colour("series");
        context.lineWidth = 2 * ratio;
        context.lineJoin = "round";
        context.beginPath();
        places.forEach((place, index) => context.lineTo(across(place), Math.max(-9e6, Math.min(9e6, up(fit[index])))));
        context.stroke();
        context.restore();
        performance.mark("shown");
        canvas.dataset.shown = "yes";
        canvas.dataset.state = "painted";
    }

    drawLines(across, up, ratio, colour) {
        const { context, canvas } = this;
        const { width, height } = canvas;
        const [first, second] = network.axes;
        const bottom = Math.round(height - 26 * ratio) + 0.5;
        const line = (...ends) => {
            context.beginPath();
            ends.forEach(([left, top]) => context.lineTo(left, top));
            context.stroke();
        };
        const write = (text, left, top, align) => {
            context.textAlign = align;
            context.fillText(text, left, top);
        };
        context.lineWidth = ratio;
        context.fillStyle = colour("muted");
        context.strokeStyle = colour("grid");
        for (const [value, text] of ticks(this.y, Math.max(2, height / ratio / 70), second)) {
            const top = Math.round(up(value)) + 0.5;
            if (top < bottom) line([0, top], [width, top]);
            if (top < bottom - 12 * ratio && top > 40 * ratio) write(text, 8 * ratio, top - 5 * ratio, "left");
        }
        const end = width - context.measureText(first.label).width - 20 * ratio;
        for (const [value, text] of ticks(this.x, Math.max(2, width / ratio / (first.start ? 150 : 90)), first)) {
            const left = Math.round(across(value)) + 0.5;
            line([left, 0], [left, bottom + 5 * ratio]);
            const half = context.measureText(text).width / 2;
            if (left > half && left + half < end) write(text, left, height - 7 * ratio, "center");
        }
        context.strokeStyle = colour("muted");
        line([0, bottom], [width, bottom]);
        write(first.label, width - 8 * ratio, height - 7 * ratio, "right");
        write(second.label, 8 * ratio, 20 * ratio, "left");
        return bottom;
    }
}

const DATE_STEPS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31536000].map((seconds) => 1000 * seconds);

// Round numbers or dates in a range, at most so many, with their texts.
function ticks([low, high], most, axis) {
    const wanted = (high - low) / most;
    let step = 10 ** Math.floor(Math.log10(wanted));
    step *= [1, 2, 5, 10].find((factor) => factor * step >= wanted) ?? 10;
    let shift = 0;
    if (axis.start) {
        step = (DATE_STEPS.find((each) => each >= wanted * axis.unit) ?? Math.ceil(wanted * axis.unit / 31536000000) * 31536000000) / axis.unit;
        shift = -Date.parse(axis.start) / axis.unit;
    }
    const found = [];
    for (let index = Math.ceil((low - shift) / step); shift + index * step <= high; index++) found.push(shift + index * step);
    return found.map((value) => [value, spelled(value, [low, high], axis)]);
}

function spelled(value, [low, high], axis) {
    if (axis.start) {
        const date = new Date(Date.parse(axis.start) + value * axis.unit);
        if (isNaN(date)) return "–";
        const text = date.toISOString();
        const short = (high - low) * axis.unit < 600000;
        if (axis.clock) return text.slice(11, short ? 19 : 16);
        return (high - low) * axis.unit > 6 * 86400000 ? text.slice(0, 10) : text.slice(0, short ? 19 : 16).replace("T", " ");
    }
    const digits = Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(high - low))));
    if (Math.abs(value) >= 1e7 && high - low > 1e5) return value.toExponential(3).replace("-", "−");
    return String(Number(value.toFixed(digits))).replace("-", "−");
}

open(() => new Curve());
