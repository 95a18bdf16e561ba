// pagewalk: follows the markup of a page byte by byte and knows at each point what a value there would mean.
#pragma once
#include "base/base.h"

typedef enum PlaceState {
    AT_TEXT,
    AT_TAG_NAME,
    AT_TAG, // inside a tag, between attributes
    AT_ATTR_NAME,
    AT_ATTR_IS, // behind the =
    AT_ATTR_VALUE,
    AT_DECLARATION, // <!doctype …>
    AT_COMMENT,
} PlaceState;

enum { TAG_MAX = 24, OPEN_MAX = 64 };
typedef struct Place {
    PlaceState state;
    char tag[TAG_MAX], attr[TAG_MAX];
    char quote;  // of the attribute's value
    char before; // the byte before this one, and the one before that
    char before2;
    bool refreshes; // <meta http-equiv>: its content may hold a URL
    int url;        // 0 nothing of the URL yet, 1 in its path, 2 in its query
    char open[OPEN_MAX][TAG_MAX];
    int depth;    // elements open in this page
    int closed;   // elements closed that an earlier part of the shell had opened
    bool partial; // may leave elements open, and close those of others
} Place;

// Takes one literal byte; NULL, or a sentence that says why the page cannot be right.
const char *place_walk(Place *, char);
// How a value that stands here is written: the name of a function of web/html.h. NULL when none may, *why says so.
const char *place_writer(const Place *, const char **why);
void place_attribute(Place *);             // a conditional attribute stood here
void place_value(Place *);                 // a value stood here
bool place_is_preformatted(const Place *); // blanks count: <pre>, <textarea>
bool place_same_depth(const Place *, const Place *);
bool attribute_is_forbidden(const char *name); // on…= and style=: the security policy blocks them
