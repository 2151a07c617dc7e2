"use strict";
// Unpacks the network, and the script that paints with it, whose hash the page allows as well.
const $ = (id) => document.getElementById(id);
let bytes, network;

async function load() {
    const packed = Uint8Array.from(atob($("network").textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    network = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + new DataView(bytes.buffer).getUint32(0, true))));
    const script = document.createElement("script");
    script.textContent = network.script;
    document.body.append(script);
}

// The still picture is seen first.
const old = "This browser is too old to unpack the network. What you see is a still picture.";
requestAnimationFrame(() => setTimeout(() => load().catch(() => $("message").textContent = old)));
