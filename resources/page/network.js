// The network: read from its bytes, and computed by a fragment shader for a block of positions.
const BLOCK = 512;
const ACROSS = 1024;

// Completes the network by `vectors`: all weights and constants at each moment, the newest last.
function readNetwork() {
    let at = 4 + new DataView(bytes.buffer).getUint32(0, true);
    const take = (count) => bytes.subarray(at, at += count);
    const many = (counts) => counts.reduce((sum, count) => sum + count, 0);
    const constants = new Float32Array(take(4 * many(network.constants)).slice().buffer);
    const sizes = network.columns.map(([rows, columns]) => many(rows) * columns);
    const starts = sizes.map((size, index) => many(sizes.slice(0, index)));
    const count = many(sizes);
    const spacing = new Float64Array(count);
    let place = 0;
    for (const [rows, columns] of network.columns) {
        for (const height of rows) {
            const own = take(columns);
            for (let number = 0; number < height * columns; number++)
                spacing[place++] = Math.pow(2, (own[number % columns] + network.least) / 8);
        }
    }
    const whole = (vector) => {
        const all = new Float32Array(count + constants.length);
        all.set(vector);
        all.set(constants, count);
        return all;
    };
    // The four bytes of numbers, plane by plane.
    const numbers = () => {
        const planes = take(4 * count);
        return Uint8Array.from({ length: 4 * count }, (_, index) => planes[(index & 3) * count + (index >> 2)]).buffer;
    };
    const codes = () => Float64Array.from(new Uint32Array(numbers()), (code) => code % 2 ? -(code + 1) / 2 : code / 2);
    const vector = network.exact ? new Float32Array(numbers()) : codes().map((code, index) => code * Math.fround(spacing[index]));
    network.vectors = [whole(vector)];
    const step = 2 ** network.shift;
    const steps = network.moments.slice(1).map(codes).reverse();
    const now = Float64Array.from(vector, (weight, index) => Math.floor(weight / (Math.fround(spacing[index]) * step) + 0.5));
    for (const differences of steps) {
        differences.forEach((difference, index) => now[index] += difference);
        network.vectors.unshift(whole(now.map((code, index) => code * spacing[index] * step)));
    }
    network.starts = [...starts, ...network.constants.map((size, index) => count + many(network.constants.slice(0, index)))];
}

class Painter {
    // Raises an error with a sentence where this browser can't compute the network.
    constructor(curve) {
        const gl = this.gl = document.createElement("canvas").getContext("webgl2", { antialias: false, depth: false });
        if (!gl) throw new Error("This browser has no WebGL2, with which the network would paint here.");
        this.rows = Math.ceil((network.texels + 1) / ACROSS);
        const unable = "The network is too large for this graphics processor.";
        if (this.rows > gl.getParameter(gl.MAX_TEXTURE_SIZE)) throw new Error(unable);
        const program = gl.createProgram();
        const corners = "#version 300 es\nvoid main(){gl_Position=vec4(float(gl_VertexID%2)*4.-1.,float(gl_VertexID/2)*4.-1.,0.,1.);}";
        for (const [kind, source] of [[gl.VERTEX_SHADER, corners], [gl.FRAGMENT_SHADER, network.shader]]) {
            const shader = gl.createShader(kind);
            gl.shaderSource(shader, source);
            gl.compileShader(shader);
            gl.attachShader(program, shader);
        }
        gl.linkProgram(program);
        if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(unable);
        const value = (name) => gl.getUniformLocation(program, name);
        gl.useProgram(program);
        gl.uniform1i(value("weights"), 0);
        gl.uniform1i(value("axes"), 1);
        gl.uniform1i(value("curve"), curve);
        const [offset, scale] = network.target.map((numbers) => [0, 1, 2].map((index) => numbers[index % numbers.length]));
        gl.uniform3fv(value("scale"), scale);
        gl.uniform3fv(value("offset"), offset);
        this.picture = value("picture");
        gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
        const block = gl.createTexture();
        gl.bindTexture(gl.TEXTURE_2D, block);
        gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32UI, BLOCK / 4, BLOCK);
        gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, block, 0);
        [0, 1].forEach((unit) => {
            gl.activeTexture(gl.TEXTURE0 + unit);
            gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
            for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
        });
        gl.bindBuffer(gl.PIXEL_PACK_BUFFER, gl.createBuffer());
        gl.bufferData(gl.PIXEL_PACK_BUFFER, 4 * BLOCK * BLOCK, gl.STREAM_COPY);
        this.turn = Promise.resolve();
    }

    // Weights of a moment, laid out in texels.
    setMoment(index) {
        const { gl } = this;
        const texture = new Float32Array(4 * ACROSS * this.rows);
        for (const [array, rows, columns, texel, padded] of network.placed) {
            for (let row = 0, start = network.starts[array]; row < rows; row++, start += columns)
                texture.set(network.vectors[index].subarray(start, start + columns), 4 * texel + row * padded);
        }
        gl.activeTexture(gl.TEXTURE0);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, ACROSS, this.rows, 0, gl.RGBA, gl.FLOAT, texture);
    }

    // Position on one axis as the network takes it in, scaled in double precision as in training.
    scaled(axis, position) {
        const [offset, scale] = network.input;
        return (position - offset[axis % offset.length]) / scale[axis % scale.length];
    }

    // Colours, or the bytes of a curve's numbers, at all crossings of scaled positions, row by row; a row has a
    // multiple of four. One block at a time, without waiting for the graphics processor: nothing stands still
    // where that is slow.
    compute(across, down, picture = 0) {
        this.turn = this.turn.then(() => this.computed(across, down, picture));
        return this.turn;
    }

    async computed(across, down, picture) {
        const { gl } = this;
        const axes = new Float32Array(2 * BLOCK);
        axes.set(across);
        axes.set(down, BLOCK);
        gl.activeTexture(gl.TEXTURE1);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, BLOCK / 4, 2, 0, gl.RGBA, gl.FLOAT, axes);
        gl.uniform1f(this.picture, picture);
        const size = [Math.ceil(across.length / 4), down.length];
        gl.viewport(0, 0, ...size);
        gl.drawArrays(gl.TRIANGLES, 0, 3);
        gl.readPixels(0, 0, ...size, gl.RGBA_INTEGER, gl.UNSIGNED_INT, 0);
        const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
        gl.flush();
        do await new Promise((done) => setTimeout(done)); while (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED);
        gl.deleteSync(fence);
        const pixels = new Uint8ClampedArray(16 * size[0] * size[1]);
        gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, pixels);
        return pixels;
    }
}
