// Follows markup strictly enough that escaping by place cannot be fooled: quoted attributes, closed elements, no inline code.
#include "gen/pagewalk.h"

#include <ctype.h>

static bool among(const char *word, const char *const *list, isize n)
{
    for (isize i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0) return true;
    return false;
}

static bool is_void(const char *tag)
{
    static const char *const tags[] = {"area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                       "input", "link", "meta", "param", "source", "track", "wbr"};
    return among(tag, tags, COUNT(tags));
}

static bool is_url(const char *attr)
{
    static const char *const attrs[] = {"href", "src",  "action",     "formaction", "poster",
                                        "cite", "data", "xlink:href", "ping"};
    return among(attr, attrs, COUNT(attrs));
}

bool attribute_is_forbidden(const char *name)
{
    return strncmp(name, "on", 2) == 0 || strcmp(name, "style") == 0;
}

static bool inside(const Place *p, const char *tag)
{
    return p->depth && strcmp(p->open[p->depth - 1], tag) == 0;
}

bool place_is_preformatted(const Place *p)
{
    for (int i = 0; i < p->depth; i++)
        if (strcmp(p->open[i], "pre") == 0 || strcmp(p->open[i], "textarea") == 0) return true;
    return false;
}

bool place_same_depth(const Place *l, const Place *r)
{
    return l->state == r->state && l->depth == r->depth && l->closed == r->closed &&
           (!l->depth || strcmp(l->open[l->depth - 1], r->open[r->depth - 1]) == 0);
}

static bool append(char *word, char c)
{
    size_t n = strlen(word);
    if (n + 1 >= TAG_MAX) return false;
    word[n] = (char)tolower((unsigned char)c);
    word[n + 1] = 0;
    return true;
}

static const char *tag_ends(Place *p)
{
    bool self_closed = p->before == '/';
    p->state = AT_TEXT;
    if (p->tag[0] == '/') {
        if (p->depth) {
            if (strcmp(p->open[p->depth - 1], p->tag + 1) != 0)
                return "this closes an element that is not the innermost open one";
            p->depth--;
        } else if (p->partial)
            p->closed++;
        else
            return "this closes an element that was not opened in this page";
        return NULL;
    }
    if (self_closed || is_void(p->tag)) return NULL;
    if (p->depth == OPEN_MAX) return "elements are nested too deeply";
    memcpy(p->open[p->depth++], p->tag, TAG_MAX);
    return NULL;
}

static const char *in_text(Place *p, char c)
{
    bool raw = inside(p, "script") || inside(p, "style");
    if (c == '<') {
        p->state = AT_TAG_NAME;
        p->tag[0] = p->attr[0] = 0;
        p->refreshes = false;
    } else if (raw && !isspace((unsigned char)c)) {
        return "inline script and style are blocked by the security policy; put it into assets/";
    }
    return NULL;
}

static const char *in_tag_name(Place *p, char c)
{
    if (c == '!' && !p->tag[0]) {
        p->state = AT_DECLARATION;
        return NULL;
    }
    if (isalnum((unsigned char)c) || c == '-' || c == ':' || (c == '/' && !p->tag[0]))
        return append(p->tag, c) ? NULL : "this tag's name is too long";
    if (!p->tag[0] || !strcmp(p->tag, "/")) return "write &lt; for <";
    if (c == '>') return tag_ends(p);
    if (!isspace((unsigned char)c) && c != '/') return "this byte cannot stand in a tag's name";
    p->state = AT_TAG;
    return NULL;
}

static const char *in_tag(Place *p, char c)
{
    if (c == '>') return tag_ends(p);
    if (isspace((unsigned char)c) || c == '/') return NULL;
    if (!isalpha((unsigned char)c)) return "an attribute's name starts with a letter";
    if (p->before == '?')
        return "write a blank after {{? : }}, or its attribute grows into the next";
    p->attr[0] = 0;
    append(p->attr, c);
    p->state = AT_ATTR_NAME;
    return NULL;
}

static const char *in_attr_name(Place *p, char c)
{
    if (c == '=' || c == '>' || isspace((unsigned char)c)) {
        if (attribute_is_forbidden(p->attr))
            return "on…= and style= are blocked by the security policy";
        if (strcmp(p->attr, "http-equiv") == 0) p->refreshes = true;
    }
    if (c == '=')
        p->state = AT_ATTR_IS;
    else if (c == '>')
        return tag_ends(p);
    else if (isspace((unsigned char)c))
        p->state = AT_TAG;
    else if (!isalnum((unsigned char)c) && c != '-' && c != ':' && c != '_' && c != '/')
        return "this byte cannot stand in an attribute's name";
    else if (!append(p->attr, c))
        return "this attribute's name is too long";
    return NULL;
}

static const char *in_value(Place *p, char c)
{
    if (c == p->quote) {
        p->state = AT_TAG;
        return NULL;
    }
    if (c == '?' || (p->url == 2 && c != '#'))
        p->url = 2;
    else
        p->url = 1;
    return NULL;
}

static const char *in_declaration(Place *p, char c)
{
    if (c == '-' && p->before == '-' && p->before2 == '!')
        p->state = AT_COMMENT;
    else if (c == '>')
        p->state = AT_TEXT;
    return NULL;
}

static const char *step(Place *p, char c)
{
    switch (p->state) {
    case AT_TEXT:
        return in_text(p, c);
    case AT_TAG_NAME:
        return in_tag_name(p, c);
    case AT_TAG:
        return in_tag(p, c);
    case AT_ATTR_NAME:
        return in_attr_name(p, c);
    case AT_ATTR_IS:
        if (c != '"' && c != '\'') return "quote the attribute's value: name=\"value\"";
        p->quote = c;
        p->url = 0;
        p->state = AT_ATTR_VALUE;
        return NULL;
    case AT_ATTR_VALUE:
        return in_value(p, c);
    case AT_DECLARATION:
        return in_declaration(p, c);
    case AT_COMMENT:
        if (c == '>' && p->before == '-' && p->before2 == '-') p->state = AT_TEXT;
        return NULL;
    }
    return NULL;
}

const char *place_walk(Place *p, char c)
{
    const char *why = step(p, c);
    p->before2 = p->before;
    p->before = c;
    return why;
}

void place_attribute(Place *p)
{
    p->state = AT_TAG;
    p->before2 = p->before = '?';
}

void place_value(Place *p)
{
    p->before2 = p->before = 'x';
    if (p->state == AT_ATTR_VALUE && p->url == 0) p->url = 1;
}

const char *place_writer(const Place *p, const char **why)
{
    *why = NULL;
    if (p->state == AT_TEXT && (inside(p, "script") || inside(p, "style"))) {
        *why = inside(p, "script") ? "a value may not stand in <script>"
                                   : "a value may not stand in <style>";
        return NULL;
    }
    if (p->state == AT_TEXT) return "html_text";
    if (p->state == AT_COMMENT || p->state == AT_DECLARATION)
        *why = "a value may not stand in a comment";
    else if (p->state == AT_ATTR_IS)
        *why = "quote the attribute: name=\"{{ x }}\"";
    else if (p->state != AT_ATTR_VALUE)
        *why = "a value may not be part of a tag or of an attribute's name";
    else if (strcmp(p->attr, "srcdoc") == 0 || strcmp(p->attr, "srcset") == 0)
        *why = "a value may not stand in srcdoc= or srcset=";
    else if (p->refreshes)
        *why = "a value may not stand in a <meta http-equiv>";
    if (*why) return NULL;
    if (!is_url(p->attr)) return "html_attr";
    return p->url == 0 ? "html_url" : p->url == 1 ? "html_segment" : "html_query";
}
