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
out vec4 colour;

// A bound that compilers don't know keeps them from unrolling loops in loops.
#define LOOP(n) for (int o = 0; o < n + zero; o++)

vec4 number(int n) { return texelFetch(weights, ivec2(n & 1023, n >> 10), 0); }
vec4 pair(int t, int n) { vec4 x = number(t + (n >> 1)); return (n & 1) == 0 ? vec4(x.xy, 0., 0.) : vec4(x.zw, 0., 0.); }
float single(int t, int n) { return number(t + (n >> 2))[n & 3]; }
vec4 some(int group, int n) { return vec4(lessThan(ivec4(0, 1, 2, 3), ivec4(n - 4 * group))); }

// Products of 45 bits as (low, high), and the remainder of such a number.
uvec2 product(int n, uint factor) {
    uint k = uint(n);
    return uvec2(k * factor, (k * (factor >> 16) + (k * (factor & 65535u) >> 16)) >> 16);
}
int remainder(uvec2 n, uint size) {
    uint r = n.y % size;
    for (int shift = 24; shift >= 0; shift -= 8) r = ((r << 8) | (n.x >> shift & 255u)) % size;
    return int(r);
}

// Whole and half multiples of pi are taken off in three parts, of which the first two are exact.
#define FOR(T, ONE) \
T off(T x, T k) { return x - k * 3.140625 - k * 9.67025756835937500e-4 - k * 6.27832957e-7; } \
T swing(T r, T k) { T s = r * r; \
    r += r * s * (-.16666667 + s * (8.3333310e-3 + s * (-1.9840874e-4 + s * (2.7525562e-6 - s * 2.3889859e-8)))); \
    return r * (1. - 2. * abs(k - 2. * floor(k * .5))); } \
T sine(T x) { T k = floor(x * .31830988618 + .5); return swing(off(x, k), k); } \
T cosine(T x) { T k = floor(x * .31830988618) + .5; return -swing(off(x, k), k - .5); } \
T exponential(T x) { x = clamp(x, -87., 88.); T k = floor(x * 1.44269504 + .5); \
    T r = x - k * .693359375 + k * 2.12194440e-4; \
    return exp2(k) * (1. + r * (1. + r * (.5 + r * (.16666667 + r * (4.1666667e-2 + r * (8.3333333e-3 + r * 1.3888889e-3)))))); } \
T tangent(T x) { T e = exponential(-2. * abs(x)); return sign(x) * (ONE - e) / (ONE + e); } \
T error(T x) { T t = ONE / (1. + .3275911 * abs(x)); \
    return sign(x) * (1. - exponential(-x * x) * t * (.254829592 + t * (-.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))); }
FOR(float, 1.)
FOR(vec4, vec4(1.))

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 across = texelFetch(axes, ivec2(at.x, 0), 0), down = texelFetch(axes, ivec2(at.y, 0), 0), values;
    vec4 place = curve ? vec4(across.x, 0., 0., 0.) : vec4(down.y, across.x, picture, 0.);
    NETWORK
    if (curve) {
        uint bits = floatBitsToUint(values.x);
        colour = vec4(bits & 255u, bits >> 8 & 255u, bits >> 16 & 255u, bits >> 24) / 255.;
    } else {
        vec3 shown = values.xyz * scale + offset;
        colour = vec4(floor(clamp(mix(vec3(0.), shown, equal(shown, shown)), 0., 255.) + .5) / 255., 1.);
    }
}
