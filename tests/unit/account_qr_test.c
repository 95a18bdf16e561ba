// Squares that phones read: every module the same as an independent maker's (python-qrcode), by fingerprint.
#include "account/qr.h"
#include "base/str.h"
#include "kit/crypto.h"
#include "scratch.h"

static Str fingerprint(Arena *a, Str text, int mask)
{
    Qr *q = make(a, Qr, 1);
    Buf b = {.a = a};
    ck_assert(qr_make_masked(text, mask, q));
    for (int y = 0; y < q->size; y++) {
        for (int x = 0; x < q->size; x++)
            buf_byte(&b, q->dark[y][x] ? '1' : '0');
        buf_byte(&b, '\n');
    }
    return sha256_hex(a, buf_str(&b));
}

static const struct {
    int letters, size;
    const char *sha256;
} squares[] = {
    {1,   21, "94b44f88f972ee032cabad42c8a4b79723ac309b7c019d09aefd5dcd359b7515"},
    {100, 41, "8f36df10b9bc1aab86969d8fe933423deb66957109f1be76c14d829b68fd647f"},
    {152, 49, "cbef0c33629feb3cd550c3ee2f5e7c9481a86af2e28b9d2d1d19cd46cc87215a"},
    {213, 57, "ba33bb1975247bedcfb8ae88ec6020dc2da0e8a9a4a20284e5e4cf8b04fda4e5"},
};

START_TEST(a_square_is_what_others_draw)
{
    scratch s = scratch_make();
    char letters[QR_BYTES_MAX];
    memset(letters, 'a', sizeof letters);
    Qr *q = make(&s.a, Qr, 1);
    Str text = {letters, squares[_i].letters};
    ck_str(fingerprint(&s.a, text, 5), str_from(squares[_i].sha256));
    ck_assert(qr_make(text, q));
    ck_assert_int_eq(q->size, squares[_i].size);
}
END_TEST

START_TEST(a_key_of_a_second_factor_fits)
{
    scratch s = scratch_make();
    Str uri = S("otpauth://totp/Tresor:ada?secret=JBSWY3DPEHPK3PXP&issuer=Tresor");
    ck_str(fingerprint(&s.a, uri, 3),
           S("0404ea40b7315404ee821ffd216be793b19813fd0cfebe3fa94014ed36372f41"));
}
END_TEST

START_TEST(too_long_is_refused)
{
    scratch s = scratch_make();
    char letters[QR_BYTES_MAX + 1];
    memset(letters, 'a', sizeof letters);
    ck_assert(!qr_make((Str){letters, sizeof letters}, make(&s.a, Qr, 1)));
}
END_TEST

Suite *account_qr_suite(void);
Suite *account_qr_suite(void)
{
    Suite *suite = suite_create("account qr");
    TCase *t = tcase_create("qr");
    tcase_add_loop_test(t, a_square_is_what_others_draw, 0, COUNT(squares));
    tcase_add_test(t, a_key_of_a_second_factor_fits);
    tcase_add_test(t, too_long_is_refused);
    suite_add_tcase(suite, t);
    return suite;
}
