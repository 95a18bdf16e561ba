// What counts is whether the last byte of the letter was handed over: before that nothing was taken, after it only the
// server's own word tells.
#include "kit/smtp.h"

#include <curl/curl.h>

#include "kit/http.h"
#include "kit/http_trust.h"

enum { CONNECT_SECONDS = 20, ALL_SECONDS = 120 };

typedef struct Handover {
    Str left;
    bool whole; // curl has taken the last byte from us
    const atomic_bool *stop;
} Handover;

fallible smtp_url_check(Arena *a, Str url)
{
    bool scheme = str_starts(url, S("smtp://")) || str_starts(url, S("smtps://"));
    Str host = scheme ? str_skip(url, str_find(url, S("://")) + 3) : S("");
    if (scheme && host.n && str_find_byte(host, '@') < 0 && str_find_byte(host, ' ') < 0)
        return NULL;
    return fail(a, ERR_BAD_INPUT,
                "a mail server is smtps://HOST:465 or smtp://HOST:25, without user and password");
}

// Nothing in an address may end the command it stands in.
static bool is_address(Str s)
{
    for (isize i = 0; i < s.n; i++)
        if ((u8)s.s[i] <= ' ' || s.s[i] == 0x7F || s.s[i] == '<' || s.s[i] == '>') return false;
    return str_find_byte(s, '@') > 0;
}

static size_t on_read(char *to, size_t one, size_t n, void *who)
{
    Handover *h = who;
    size_t most = one * n, have = (size_t)h->left.n;
    size_t take = have < most ? have : most;
    if (take) memcpy(to, h->left.s, take);
    h->left = str_skip(h->left, (isize)take);
    if (!h->left.n) h->whole = true;
    return take;
}

static int on_progress(void *who, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const Handover *h = who;
    (void)a, (void)b, (void)c, (void)d;
    return !h->whole && h->stop && atomic_load(h->stop);
}

static void set_up(Arena *a, CURL *easy, const SmtpServer *s, Handover *h)
{
    Str ca = s->ca_file.n ? s->ca_file : http_machine_authorities(a);
    curl_easy_setopt(easy, CURLOPT_URL, cstr(a, s->url));
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, s->user.n ? CURLUSESSL_ALL : CURLUSESSL_TRY);
    if (ca.n) curl_easy_setopt(easy, CURLOPT_CAINFO, cstr(a, ca));
    if (s->user.n) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, cstr(a, s->user));
        curl_easy_setopt(easy, CURLOPT_PASSWORD, cstr(a, s->password));
    }
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, h);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, h);
}

// A refusal of the letter is for good when the server says so with 5xx. Refusing us (the password, the greeting) is
// the operator's to mend, and the letter waits.
static SmtpOutcome judge(Arena *a, CURLcode code, long answer, bool whole, const char *detail,
                         Str *why)
{
    if (code == CURLE_OK) return SMTP_TAKEN;
    bool about_us = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED || answer == 530 ||
                    answer == 554;
    bool about_it = code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY;
    const char *said = detail[0] ? detail : curl_easy_strerror(code);
    *why = str_printable(a, str_from(said));
    if (answer >= 400 && answer < 500) return SMTP_LATER;
    if (answer >= 500 && answer < 600 && about_it && (whole || !about_us)) return SMTP_REFUSED;
    if (!whole) return SMTP_LATER;
    *why = arena_fmt(a, "the mail server had the whole letter, but its answer did not come (%.*s)",
                     STR(*why));
    return SMTP_DOUBTFUL;
}

SmtpOutcome smtp_send(Arena *a, const SmtpServer *s, Str from, Str to, Str message,
                      const atomic_bool *stop, Str *why)
{
    Handover h = {.left = message, .stop = stop};
    char detail[CURL_ERROR_SIZE] = "";
    long answer = 0;
    *why = S("");
    if (!is_address(to) || !is_address(from)) {
        *why = arena_fmt(a, "\"%.*s\" is no address that mail can be sent to or from",
                         STR(str_printable(a, is_address(to) ? from : to)));
        return SMTP_REFUSED;
    }
    http_start();
    CURL *easy = curl_easy_init();
    must(easy != NULL);
    struct curl_slist *recipients =
        curl_slist_append(NULL, cstr(a, arena_fmt(a, "<%.*s>", STR(to))));
    must(recipients != NULL);
    set_up(a, easy, s, &h);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, cstr(a, arena_fmt(a, "<%.*s>", STR(from))));
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(easy);
    return judge(a, code, answer, h.whole, detail, why);
}
