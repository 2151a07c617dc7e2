// What pages of paintings and of curves share: the canvas, gestures and keys, and the moments of the training.
const MOST_PLAYED_MS = 4000;

// Moves the scene by pointer, wheel, two fingers and keys. Lengths are in pixels of the canvas.
function listen(scene) {
    const { canvas } = scene;
    const fingers = new Map();
    const middle = () => {
        const [first, second = first] = fingers.values();
        return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2, apart: Math.hypot(first.x - second.x, first.y - second.y) };
    };
    const at = (event) => {
        const ratio = canvas.width / canvas.clientWidth;
        const box = canvas.getBoundingClientRect();
        return { x: Math.round((event.clientX - box.left) * ratio), y: Math.round((event.clientY - box.top) * ratio) };
    };
    canvas.addEventListener("dblclick", () => scene.whole());
    canvas.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        canvas.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, at(event));
    });
    canvas.addEventListener("pointermove", (event) => {
        if (!event.buttons) fingers.delete(event.pointerId); // released where nobody told the page
        if (!fingers.has(event.pointerId)) return;
        const before = middle();
        fingers.set(event.pointerId, at(event));
        const after = middle();
        scene.pan(Math.round(after.x) - Math.round(before.x), Math.round(after.y) - Math.round(before.y));
        if (before.apart > 0 && after.apart > 0) scene.zoom(after.apart / before.apart, after.x, after.y);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
    canvas.addEventListener("wheel", (event) => {
        event.preventDefault();
        const lines = event.deltaMode ? 20 : 1;
        scene.zoom(Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) / 400), at(event).x, at(event).y);
    }, { passive: false });
    const zoom = (factor) => scene.zoom(factor, canvas.width / 2, canvas.height / 2);
    const step = () => Math.round(canvas.height / 8);
    const keys = {
        ArrowLeft: () => scene.pan(step(), 0), ArrowRight: () => scene.pan(-step(), 0),
        ArrowUp: () => scene.pan(0, step()), ArrowDown: () => scene.pan(0, -step()),
        "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), "0": () => scene.whole(), "1": () => scene.single?.(),
        " ": () => $("play").click(),
    };
    document.addEventListener("keydown", (event) => {
        const slides = event.target.matches("input[type=range]") && /^(Arrow|Home|End|Page)/.test(event.key);
        const elsewhere = slides || (event.target.matches("button, input[type=checkbox]") && event.key === " ");
        if (elsewhere || !keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        keys[event.key]();
    });
    $("in").onclick = () => zoom(1.5);
    $("out").onclick = () => zoom(1 / 1.5);
    $("whole").onclick = () => scene.whole();
    const size = () => {
        const ratio = window.devicePixelRatio || 1;
        scene.resize(Math.max(1, Math.round(canvas.clientWidth * ratio)), Math.max(1, Math.round(canvas.clientHeight * ratio)));
    };
    new ResizeObserver(size).observe(canvas);
    size();
    scene.painter.gl.canvas.addEventListener("webglcontextlost", () => giveUp("The graphics processor gave up."));
}

// The moments on their slider; played once as the page opens, unless the reader wants less motion.
function listenToTime(scene) {
    const last = network.moments.length - 1;
    const slider = $("moment");
    const every = Math.max(60, Math.min(400, MOST_PLAYED_MS / (last + 1)));
    let due = null;
    const show = (index) => {
        slider.value = index;
        const [epoch, step] = network.moments[index];
        $("at").textContent = epoch ? `epoch ${epoch.toLocaleString("en")}` : `step ${step.toLocaleString("en")}`;
        slider.setAttribute("aria-valuetext", $("at").textContent);
        scene.showMoment(index);
    };
    const play = (on) => {
        due = on ? performance.now() + every : null;
        $("play").textContent = on ? "❚❚" : "▶";
        $("play").setAttribute("aria-label", on ? "Pause" : "Play the training");
        if (on && Number(slider.value) === last) show(0);
        if (on) requestAnimationFrame(next);
    };
    const next = (now) => {
        if (due === null) return;
        if (now >= due && scene.isShown) {
            if (Number(slider.value) === last) return play(false);
            show(Number(slider.value) + 1);
            due = now + every;
        }
        requestAnimationFrame(next);
    };
    slider.max = last;
    slider.oninput = () => { play(false); show(Number(slider.value)); };
    $("play").onclick = () => play(due === null);
    $("time").hidden = !last;
    show(last);
    if (last && !matchMedia("(prefers-reduced-motion: reduce)").matches) play(true);
}

function open(makeScene) {
    try {
        readNetwork();
        const scene = makeScene();
        $("view").hidden = $("zoom").hidden = $("controls").hidden = false;
        $("still").ariaHidden = true; // the canvas has the same description
        $("controls").onsubmit = () => false;
        listen(scene);
        listenToTime(scene);
        const [far, near] = matchMedia("(pointer: coarse)").matches
            ? ["pinch", ""] : ["wheel or pinch", "; arrows, + and −, 0 for all of it" + (network.moments.length > 1 ? ", space to play" : "")];
        $("hint").textContent = `Drag to move, ${far} to zoom${near}`;
    } catch (error) {
        giveUp(error.message);
    }
}

function giveUp(why) {
    $("view").hidden = $("zoom").hidden = $("controls").hidden = true;
    $("hint").textContent = "";
    $("still").ariaHidden = false;
    $("message").textContent = `${why} What you see is a still picture.`;
}
