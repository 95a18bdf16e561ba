// Draws QR codes; step by step as the standard does: bits, correction, interleaving, placement, mask.
#include "account/qr.h"

enum { VERSIONS = 10, CODEWORDS_MAX = 346, CORRECTION_MAX = 26 };

// Level M: all codewords, correction codewords a block, blocks, places of the alignment patterns.
static const struct {
    int codewords, correction, blocks, align[3];
} versions[VERSIONS + 1] = {
    {0           },
    { 26,  10, 1, {0}},
    {         44,  16, 1, {6, 18}},
    {     70,  26, 1, {6, 22}},
    {     100, 18, 2, {6, 26}},
    {     134, 24, 2, {6, 30}},
    {     172, 16, 4, {6, 34}},
    {     196, 18, 4, {6, 22, 38}},
    { 242, 22, 4, {6, 24, 42}},
    { 292, 22, 5, {6, 26, 46}},
    { 346, 26, 5, {6, 28, 50}},
};

static int data_codewords(int version)
{
    return versions[version].codewords - versions[version].correction * versions[version].blocks;
}

static int version_for(isize bytes)
{
    for (int v = 1; v <= VERSIONS; v++) {
        int head_bits = 4 + (v < 10 ? 8 : 16);
        if (bytes <= (data_codewords(v) * 8 - head_bits) / 8) return v;
    }
    return 0;
}

// --- bits and their correction

typedef struct Bits {
    u8 v[CODEWORDS_MAX];
    int n; // bits
} Bits;

static void bits_put(Bits *b, unsigned value, int count)
{
    for (int i = count - 1; i >= 0; i--, b->n++)
        if (value >> i & 1) b->v[b->n >> 3] |= (u8)(0x80 >> (b->n & 7));
}

static void encode(Str text, int version, Bits *b)
{
    *b = (Bits){0};
    bits_put(b, 4, 4); // bytes
    bits_put(b, (unsigned)text.n, version < 10 ? 8 : 16);
    for (isize i = 0; i < text.n; i++)
        bits_put(b, (u8)text.s[i], 8);
    int room = data_codewords(version) * 8;
    bits_put(b, 0, room - b->n < 4 ? room - b->n : 4);
    bits_put(b, 0, (8 - b->n % 8) % 8);
    for (unsigned pad = 0xec; b->n < room; pad ^= 0xec ^ 0x11)
        bits_put(b, pad, 8);
}

// In the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1.
static u8 multiply(u8 x, u8 y)
{
    unsigned z = 0;
    for (int i = 7; i >= 0; i--) {
        z = z << 1 ^ (z >> 7) * 0x11d;
        if (y >> i & 1) z ^= x;
    }
    return (u8)z;
}

static void divisor_make(int degree, u8 *out)
{
    memset(out, 0, CORRECTION_MAX);
    out[degree - 1] = 1;
    u8 root = 1;
    for (int i = 0; i < degree; i++, root = multiply(root, 2)) {
        for (int j = 0; j < degree; j++) {
            out[j] = multiply(out[j], root);
            if (j + 1 < degree) out[j] ^= out[j + 1];
        }
    }
}

static void remainder_make(const u8 *data, int n, const u8 *divisor, int degree, u8 *out)
{
    memset(out, 0, CORRECTION_MAX);
    for (int i = 0; i < n; i++) {
        u8 factor = data[i] ^ out[0];
        memmove(out, out + 1, (size_t)degree - 1);
        out[degree - 1] = 0;
        for (int j = 0; j < degree; j++)
            out[j] ^= multiply(divisor[j], factor);
    }
}

// Blocks take turns, so that one stain on the square hurts each of them only a little.
static void interleave(const Bits *data, int version, u8 *out)
{
    int blocks = versions[version].blocks, degree = versions[version].correction;
    int all = versions[version].codewords, short_n = blocks - all % blocks,
        short_length = all / blocks - degree;
    u8 divisor[CORRECTION_MAX], rest[CORRECTION_MAX];
    divisor_make(degree, divisor);
    for (int b = 0, from = 0; b < blocks; b++) {
        int n = short_length + (b >= short_n);
        remainder_make(data->v + from, n, divisor, degree, rest);
        for (int i = 0; i < n; i++) {
            // The long blocks' last bytes stand behind everybody's others.
            int at = i < short_length ? i * blocks + b : short_length * blocks + b - short_n;
            out[at] = data->v[from + i];
        }
        for (int i = 0; i < degree; i++)
            out[data_codewords(version) + i * blocks + b] = rest[i];
        from += n;
    }
}

// --- the square

static void fix(Qr *q, int x, int y, bool dark)
{
    if (x < 0 || y < 0 || x >= q->size || y >= q->size) return;
    q->dark[y][x] = dark;
    q->fixed[y][x] = true;
}

static int farther(int x, int y)
{
    int dx = x < 0 ? -x : x, dy = y < 0 ? -y : y;
    return dx > dy ? dx : dy;
}

static void finder_draw(Qr *q, int x, int y)
{
    for (int dy = -4; dy <= 4; dy++)
        for (int dx = -4; dx <= 4; dx++) {
            int ring = farther(dx, dy);
            fix(q, x + dx, y + dy, ring != 2 && ring != 4);
        }
}

static void alignment_draw(Qr *q, int version)
{
    const int *at = versions[version].align;
    int n = at[2] ? 3 : at[1] ? 2 : 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            // Three corners are the finders' already.
            if ((!i && !j) || (!i && j == n - 1) || (i == n - 1 && !j)) continue;
            for (int dy = -2; dy <= 2; dy++)
                for (int dx = -2; dx <= 2; dx++)
                    fix(q, at[i] + dx, at[j] + dy, farther(dx, dy) != 1);
        }
}

static void format_draw(Qr *q, int mask)
{
    unsigned data = (unsigned)mask, rest = data; // level M is 00
    for (int i = 0; i < 10; i++)
        rest = rest << 1 ^ (rest >> 9) * 0x537;
    unsigned bits = (data << 10 | rest) ^ 0x5412;
    for (int i = 0; i < 15; i++) {
        bool dark = bits >> i & 1;
        if (i < 6)
            fix(q, 8, i, dark);
        else if (i < 8)
            fix(q, 8, i + 1, dark);
        else if (i == 8)
            fix(q, 7, 8, dark);
        else
            fix(q, 14 - i, 8, dark);
        if (i < 8)
            fix(q, q->size - 1 - i, 8, dark);
        else
            fix(q, 8, q->size - 15 + i, dark);
    }
    fix(q, 8, q->size - 8, true);
}

static void version_draw(Qr *q, int version)
{
    if (version < 7) return;
    unsigned rest = (unsigned)version;
    for (int i = 0; i < 12; i++)
        rest = rest << 1 ^ (rest >> 11) * 0x1f25;
    unsigned bits = (unsigned)version << 12 | rest;
    for (int i = 0; i < 18; i++) {
        int far = q->size - 11 + i % 3, near = i / 3;
        fix(q, far, near, bits >> i & 1);
        fix(q, near, far, bits >> i & 1);
    }
}

static void patterns_draw(Qr *q, int version)
{
    for (int i = 0; i < q->size; i++) {
        fix(q, 6, i, i % 2 == 0);
        fix(q, i, 6, i % 2 == 0);
    }
    finder_draw(q, 3, 3);
    finder_draw(q, q->size - 4, 3);
    finder_draw(q, 3, q->size - 4);
    alignment_draw(q, version);
    format_draw(q, 0); // claims its place; drawn again with the mask that is chosen
    version_draw(q, version);
}

// Up and down in columns two wide, from the right, around everything that is fixed.
static void place(Qr *q, const u8 *codewords, int n)
{
    int bit = 0;
    for (int right = q->size - 1; right >= 1; right -= 2) {
        if (right == 6) right = 5;
        for (int i = 0; i < q->size * 2; i++) {
            bool upward = ((right + 1) & 2) == 0;
            int x = right - i % 2, y = upward ? q->size - 1 - i / 2 : i / 2;
            if (q->fixed[y][x]) continue;
            q->dark[y][x] = bit < n * 8 && codewords[bit >> 3] >> (7 - (bit & 7)) & 1;
            bit++;
        }
    }
}

static bool masked(int mask, int x, int y)
{
    switch (mask) {
    case 0:
        return (x + y) % 2 == 0;
    case 1:
        return y % 2 == 0;
    case 2:
        return x % 3 == 0;
    case 3:
        return (x + y) % 3 == 0;
    case 4:
        return (x / 3 + y / 2) % 2 == 0;
    case 5:
        return x * y % 2 + x * y % 3 == 0;
    case 6:
        return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
        return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

static void mask_apply(Qr *q, int mask)
{
    for (int y = 0; y < q->size; y++)
        for (int x = 0; x < q->size; x++)
            if (!q->fixed[y][x] && masked(mask, x, y)) q->dark[y][x] = !q->dark[y][x];
}

// Long runs and blocks of one colour are hard to read. Every mask can be read; this picks a good one.
static int ugliness(const Qr *q)
{
    int sum = 0;
    for (int y = 0; y < q->size; y++)
        for (int x = 0, across = 1, down = 1; x + 1 < q->size; x++) {
            across = q->dark[y][x] == q->dark[y][x + 1] ? across + 1 : 1;
            down = q->dark[x][y] == q->dark[x + 1][y] ? down + 1 : 1;
            sum += (across == 5 ? 3 : across > 5) + (down == 5 ? 3 : down > 5);
            bool one_colour = y + 1 < q->size && q->dark[y][x] == q->dark[y][x + 1] &&
                              q->dark[y][x] == q->dark[y + 1][x] &&
                              q->dark[y][x] == q->dark[y + 1][x + 1];
            if (one_colour) sum += 3;
        }
    return sum;
}

bool qr_make_masked(Str text, int mask, Qr *out)
{
    int version = version_for(text.n);
    if (!version || text.n > QR_BYTES_MAX) return false;
    Bits data;
    u8 codewords[CODEWORDS_MAX] = {0};
    *out = (Qr){.size = version * 4 + 17};
    encode(text, version, &data);
    interleave(&data, version, codewords);
    patterns_draw(out, version);
    place(out, codewords, versions[version].codewords);
    mask_apply(out, mask);
    format_draw(out, mask);
    return true;
}

bool qr_make(Str text, Qr *out)
{
    int best = 0, least = 0;
    for (int mask = 0; mask < 8; mask++) {
        if (!qr_make_masked(text, mask, out)) return false;
        int ugly = ugliness(out);
        if (mask && ugly >= least) continue;
        best = mask;
        least = ugly;
    }
    return qr_make_masked(text, best, out);
}

void qr_svg(Buf *o, const Qr *q, Str label)
{
    enum { QUIET = 4 };
    int side = q->size + 2 * QUIET;
    buf_fmt(o,
            "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" width=\"220\" height=\"220\" "
            "viewBox=\"0 0 %d %d\" "
            "role=\"img\" aria-label=\"%.*s\" shape-rendering=\"crispEdges\"><rect width=\"%d\" "
            "height=\"%d\" "
            "fill=\"#fff\"/><path fill=\"#000\" d=\"",
            side, side, STR(label), side, side);
    for (int y = 0; y < q->size; y++)
        for (int x = 0, run; x < q->size; x += run) {
            for (run = 1; x + run < q->size && q->dark[y][x + run] == q->dark[y][x];)
                run++;
            if (q->dark[y][x]) buf_fmt(o, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
        }
    buf_put(o, S("\"/></svg>"));
}
