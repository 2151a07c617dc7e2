// A painting: coarse at once, then finer, tile by tile.
const TILE_SECONDS = 0.05;
const COARSE_SECONDS = 0.06;
const LATENCY_SECONDS = 0.004;
const SHOW_MS = 150;

function copied(canvas) {
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    copy.getContext("2d").drawImage(canvas, 0, 0);
    return copy;
}

class Painting {
    constructor() {
        this.canvas = $("view");
        this.context = this.canvas.getContext("2d", { alpha: false });
        this.back = document.createElement("canvas");
        this.painter = new Painter(false);
        this.view = { x: network.width / 2, y: network.height / 2, scale: 1 };
        this.moved = false;
        this.cost = 5e-5; // seconds of a pixel: too many at first, then measured as it paints
        this.showControls();
    }

    showControls() {
        const { count } = network;
        const number = $("number");
        $("many").hidden = count < 2;
        number.max = count;
        number.value = 1;
        number.oninput = () => {
            this.picture = Number(number.value) - 1;
            $("which").textContent = `${Number(number.value)} of ${count}`;
            if (this.begun) this.anew();
        };
        number.oninput();
        this.original = $("original");
        $("swipe").hidden = !this.original;
        $("share").oninput = () => this.refresh();
        if (this.original) this.original.decode().then(() => this.refresh());
        $("line").hidden = false;
        $("frame").onchange = () => this.refresh();
    }

    showMoment(index) {
        this.painter.setMoment(index);
        this.anew();
    }

    resize(width, height) {
        if (width === this.canvas.width && height === this.canvas.height && this.begun) return;
        const kept = copied(this.back);
        for (const canvas of [this.canvas, this.back]) [canvas.width, canvas.height] = [width, height];
        this.back.getContext("2d").drawImage(kept, Math.round((width - kept.width) / 2), Math.round((height - kept.height) / 2));
        if (!this.moved) this.view = this.fitting();
        this.anew();
    }

    fitting() {
        const { width, height } = network;
        return { x: width / 2, y: height / 2, scale: 0.86 * Math.min(this.canvas.width / width, this.canvas.height / height) };
    }

    whole() {
        this.go(this.fitting(), false);
    }

    // One pixel of the picture on each of the screen.
    single() {
        const middle = (side, canvas) => side / 2 + ((canvas - side) % 2 ? 0.5 : 0);
        this.go({ x: middle(network.width, this.canvas.width), y: middle(network.height, this.canvas.height), scale: 1 });
    }

    pan(across, down) {
        const { x, y, scale } = this.view;
        if (across || down) this.go({ x: x - across / scale, y: y - down / scale, scale });
    }

    zoom(factor, left, top) {
        const { x, y, scale: before } = this.view;
        const scale = Math.max(1e-4, Math.min(1e5, before * factor));
        const [across, down] = [left - this.canvas.width / 2, top - this.canvas.height / 2];
        this.go({ x: x + across / before - across / scale, y: y + down / before - down / scale, scale });
    }

    // Position on the canvas of one in the picture, whose edges are 0 and its width or height.
    place(x, y) {
        const { view, canvas } = this;
        return [(x - view.x) * view.scale + canvas.width / 2, (y - view.y) * view.scale + canvas.height / 2];
    }

    // Moves what was painted to where it lies in a new view, until that is painted.
    go(view, moved = true) {
        const before = this.view;
        [this.view, this.moved] = [view, moved];
        const { width, height } = this.canvas;
        const factor = this.view.scale / before.scale;
        let [x, y] = this.place(before.x, before.y).map((middle, axis) => middle - factor * (axis ? height : width) / 2);
        if (factor === 1) [x, y] = [Math.round(x), Math.round(y)];
        const kept = copied(this.back);
        this.back.getContext("2d").clearRect(0, 0, width, height);
        this.back.getContext("2d").drawImage(kept, x, y, factor * width, factor * height);
        const { known } = this;
        if (known) {
            this.known = {
                left: Math.max(0, x + factor * known.left), right: Math.min(width, x + factor * known.right),
                top: Math.max(0, y + factor * known.top), bottom: Math.min(height, y + factor * known.bottom),
                step: known.step * Math.max(1, factor), exact: known.exact && factor === 1,
            };
        }
        this.begin();
    }

    anew() {
        this.known = null;
        this.begin();
    }

    // Paints the view: coarse first, each time four times finer. A new beginning ends an earlier one.
    async begin() {
        const mine = this.begun = {};
        const pixels = this.canvas.width * this.canvas.height;
        let step = 1;
        while (step < 32 && pixels / step / step * this.cost > COARSE_SECONDS) step *= 2;
        this.isShown = this.isDone = false;
        this.canvas.dataset.state = "painting";
        this.refresh();
        for (; step; step = step > 1 ? Math.max(1, step / 4) : 0) {
            const [layer, tiles] = this.tiles(step);
            for (const tile of tiles) {
                const colours = await this.painted(tile, step);
                if (mine !== this.begun) return;
                layer.getContext("2d").putImageData(colours, tile.left, tile.top, 0, 0, tile.width, tile.height);
                if (step === 1 && performance.now() > this.composed + SHOW_MS) this.refresh();
            }
            this.endPass(step, layer);
        }
    }

    // Canvas of one fineness and its tiles, the middle ones first, without those that are painted.
    tiles(step) {
        const [columns, rows] = [Math.ceil(this.canvas.width / step), Math.ceil(this.canvas.height / step)];
        const layer = step === 1 ? this.back : Object.assign(document.createElement("canvas"), { width: columns, height: rows });
        const { known } = this;
        let side = 16;
        while (side < BLOCK && 4 * side * side * this.cost < TILE_SECONDS) side *= 2;
        const tiles = [];
        for (let top = 0; top < rows; top += side) {
            for (let left = 0; left < columns; left += side) {
                const [width, height] = [Math.min(side, columns - left), Math.min(side, rows - top)];
                const isKnown = step === 1 && known?.exact && left >= known.left && top >= known.top && left + width <= known.right && top + height <= known.bottom;
                if (!isKnown) tiles.push({ left, top, width, height });
            }
        }
        const far = (tile) => Math.hypot(tile.left + tile.width / 2 - columns / 2, tile.top + tile.height / 2 - rows / 2);
        return [layer, tiles.sort((one, other) => far(one) - far(other))];
    }

    async painted({ left, top, width, height }, step) {
        const { view, painter } = this;
        const line = (count, first, middle, side, axis) => Float32Array.from({ length: count }, (_, index) =>
            painter.scaled(axis, middle + ((first + index + 0.5) * step - side / 2) / view.scale - 0.5));
        const across = line(width, left, view.x, this.canvas.width, 1);
        const down = line(height, top, view.y, this.canvas.height, 0);
        const began = performance.now();
        const colours = await painter.compute(across, down, painter.scaled(2, this.picture));
        const seconds = Math.max(1e-5, (performance.now() - began) / 1000 - LATENCY_SECONDS);
        this.cost = Math.min(1.05 * this.cost, seconds / (width * height)); // whatever kept it waiting now and then
        return new ImageData(colours, colours.length / height / 4, height);
    }

    refresh() {
        this.asked ??= requestAnimationFrame(() => { this.asked = null; this.compose(); });
    }

    endPass(step, layer) {
        const { known, back } = this;
        const { width, height } = back;
        if (step > 1) {
            const context = back.getContext("2d");
            context.save();
            if (known && known.step <= step) {
                context.beginPath();
                context.rect(0, 0, width, height);
                context.rect(known.left, known.top, Math.max(0, known.right - known.left), Math.max(0, known.bottom - known.top));
                context.clip("evenodd");
            }
            context.imageSmoothingQuality = "high";
            context.drawImage(layer, 0, 0, layer.width * step, layer.height * step);
            context.restore();
        }
        if (!known || step <= known.step) this.known = { left: 0, top: 0, right: width, bottom: height, step, exact: step === 1 };
        if (!this.isShown) performance.mark("shown");
        this.canvas.dataset.shown = "yes";
        this.isShown = true;
        this.isDone = step === 1;
        this.refresh();
    }

    compose() {
        const { context, canvas } = this;
        context.fillStyle = "#888";
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(this.back, 0, 0);
        this.composed = performance.now();
        if (this.isDone) canvas.dataset.state = "painted";
        const [left, top] = this.place(0, 0);
        const [right, bottom] = this.place(network.width, network.height);
        const share = this.original ? Number($("share").value) : 0;
        if (share) {
            const [first, end] = [Math.max(0, left), Math.min(canvas.width, right)];
            const edge = Math.round(first + share * (end - first));
            const [, columns] = network.montage.map((side) => side / network.width);
            const number = Math.round(this.picture);
            const [across, down] = network.count > 1 ? [number % columns, Math.floor(number / columns)] : [0, 0];
            const unit = this.original.naturalWidth / network.montage[1];
            context.save();
            context.beginPath();
            context.rect(0, 0, edge, canvas.height);
            context.clip();
            context.imageSmoothingEnabled = this.view.scale < unit;
            context.drawImage(this.original, across * network.width * unit, down * network.height * unit, network.width * unit, network.height * unit, left, top, right - left, bottom - top);
            context.restore();
            context.fillStyle = "#fff";
            context.fillRect(edge - 1, 0, 2, canvas.height);
        }
        if (!$("frame").checked) return;
        const wide = Math.max(1, Math.round(window.devicePixelRatio || 1));
        [["#0008", 1.5], ["#fffc", 0.5]].forEach(([colour, off]) => {
            context.strokeStyle = colour;
            context.lineWidth = wide;
            const out = off * wide;
            context.strokeRect(Math.round(left) - out, Math.round(top) - out, Math.round(right) - Math.round(left) + 2 * out, Math.round(bottom) - Math.round(top) + 2 * out);
        });
    }
}

open(() => new Painting());
