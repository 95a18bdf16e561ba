// Letters as bytes on the wire: whatever people and studies are called, every server takes them.
#include "scratch.h"

#include "mail/message.h"

static MessageParts parts(Str subject, Str body)
{
    return (MessageParts){.from = S("tresor@hospital.example"),
                          .to = S("ada@lab.example"),
                          .subject = subject,
                          .body = body,
                          .when = SECONDS(1656987442),
                          .id = 17,
                          .host = S("hospital.example")};
}

START_TEST(a_plain_letter_is_plain)
{
    scratch t = scratch_make();
    MessageParts m = parts(S("succeeded: [os genetic] model"), S("It ended.\n\n1+1=2 \n"));
    ck_str(message_text(&t.a, &m), S("From: tresor@hospital.example\r\n"
                                     "To: ada@lab.example\r\n"
                                     "Subject: succeeded: [os genetic] model\r\n"
                                     "Date: Tue, 05 Jul 2022 02:17:22 +0000\r\n"
                                     "Message-ID: <17.1656987442@hospital.example>\r\n"
                                     "Auto-Submitted: auto-generated\r\n"
                                     "MIME-Version: 1.0\r\n"
                                     "Content-Type: text/plain; charset=utf-8\r\n"
                                     "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                     "It ended.\r\n\r\n1+1=3D2=20\r\n"));
}
END_TEST

START_TEST(every_line_is_short_and_ascii)
{
    scratch t = scratch_make();
    Buf long_text = {.a = &t.a};
    for (int i = 0; i < 300; i++)
        buf_put(&long_text, i % 7 ? S("Größe=") : S("\x01\xff\t"));
    MessageParts m = parts(buf_str(&long_text), buf_str(&long_text));
    Str text = message_text(&t.a, &m);
    for (Str rest = text, line; str_next(&rest, '\n', &line);) {
        ck_assert_int_le(line.n, 78);
        ck_assert(!line.n || line.s[line.n - 1] == '\r');
        for (isize i = 0; i < line.n; i++)
            ck_assert((line.s[i] >= ' ' && line.s[i] <= '~') || line.s[i] == '\r' ||
                      line.s[i] == '\t');
    }
}
END_TEST

START_TEST(no_name_adds_a_header)
{
    scratch t = scratch_make();
    MessageParts m = parts(S("x\r\nBcc: eve@x"), S("b"));
    ck_assert(!str_has(message_text(&t.a, &m), S("\nBcc")));
}
END_TEST

Suite *mail_suite(void);
Suite *mail_suite(void)
{
    Suite *s = suite_create("mail");
    TCase *c = tcase_create("message");
    tcase_add_test(c, a_plain_letter_is_plain);
    tcase_add_test(c, every_line_is_short_and_ascii);
    tcase_add_test(c, no_name_adds_a_header);
    suite_add_tcase(s, c);
    return s;
}
