#version 300 es
// What the network's statements are made of. Sines, exponentials and the like are computed here, as those of
// some graphics processors are right to three digits only.
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D weights, axes;
uniform float picture;
uniform int zero;
uniform vec3 scale, offset;
uniform bool curve;
out uvec4 colours;

// A bound that compilers don't know keeps them from unrolling loops in loops.
#define LOOP(n) for (int o = 0; o < n + zero; o++)

vec4 number(int n) { return texelFetch(weights, ivec2(n & 1023, n >> 10), 0); }
float single(int t, int n) { return number(t + (n >> 2))[n & 3]; }
vec4 entries(int t, ivec4 n) { return vec4(single(t, n.x), single(t, n.y), single(t, n.z), single(t, n.w)); }

// Products of 45 bits in two halves, and the remainder of such numbers by at most 2^24.
uvec4 low(ivec4 n, uint factor) { return uvec4(n) * factor; }
uvec4 high(ivec4 n, uint factor) {
    uvec4 k = uvec4(n);
    return (k * (factor >> 16) + (k * (factor & 65535u) >> 16)) >> 16;
}
ivec4 remainder(uvec4 low, uvec4 high, uint size) {
    uvec4 r = high % size;
    for (int shift = 24; shift >= 0; shift -= 8) r = ((r << 8) | (low >> shift & 255u)) % size;
    return ivec4(r);
}
// Multiples of pi are taken off in three parts, of which the first two are exact.
vec4 off(vec4 x, vec4 k) { return x - k * 3.140625 - k * 9.67025756835937500e-4 - k * 6.27832957e-7; }
vec4 swing(vec4 r, vec4 k) {
    vec4 s = r * r;
    r += r * s * (-.16666667 + s * (8.3333310e-3 + s * (-1.9840874e-4 + s * (2.7525562e-6 - s * 2.3889859e-8))));
    return r * (1. - 2. * abs(k - 2. * floor(k * .5)));
}
vec4 sine(vec4 x) { vec4 k = floor(x * .31830988618 + .5); return swing(off(x, k), k); }
vec4 cosine(vec4 x) { vec4 k = floor(x * .31830988618) + .5; return -swing(off(x, k), k - .5); }
vec4 exponential(vec4 x) {
    x = clamp(x, -87., 88.);
    vec4 k = floor(x * 1.44269504 + .5), r = x - k * .693359375 + k * 2.12194440e-4;
    return exp2(k) * (1. + r * (1. + r * (.5 + r * (.16666667 + r * (4.1666667e-2 + r * (8.3333333e-3 + r * 1.3888889e-3))))));
}
vec4 tangent(vec4 x) { vec4 e = exponential(-2. * abs(x)); return sign(x) * (1. - e) / (1. + e); }
// Abramowitz and Stegun, Handbook of mathematical functions, 1964, 7.1.26.
vec4 error(vec4 x) {
    vec4 t = 1. / (1. + .3275911 * abs(x));
    return sign(x) * (1. - exponential(-x * x) * t * (.254829592 + t * (-.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))));
}
uvec4 shown(vec4 x, float scale, float offset) {
    x = x * scale + offset;
    return uvec4(floor(clamp(mix(vec4(0.), x, equal(x, x)), 0., 255.) + .5));
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 across = texelFetch(axes, ivec2(at.x, 0), 0), values[3], places[3];
    places[0] = curve ? across : vec4(texelFetch(axes, ivec2(at.y >> 2, 1), 0)[at.y & 3]);
    places[1] = across;
    places[2] = vec4(picture);
    NETWORK
    colours = shown(values[0], scale.x, offset.x) | shown(values[1], scale.y, offset.y) << 8 | shown(values[2], scale.z, offset.z) << 16 | 255u << 24;
    if (curve) colours = floatBitsToUint(values[0]);
}
